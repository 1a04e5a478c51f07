import DNSWire
import Foundation
import Testing
import ZoneFile

extension EndToEnd {
    /// Static data is answered as NSD and BIND answer it, but for what ``Deviation/all`` lists.
    @Suite(
        "Beside NSD and BIND",
        .enabled(if: Program.find("nsd") != nil, "NSD is not installed: apt-get install nsd"),
        .enabled(if: Program.find("named") != nil, "BIND is not installed: apt-get install bind9")
    )
    struct ReferenceTests {
        @Test func `answers are those of the others, section by section`() throws {
            let dump = try Program.run(try Program.tern(), ["check", "--dump", "zones/example.test.zone"])
            guard dump.status == 0 else { throw Unfulfilled("tern check --dump: \(dump)") }
            var random = (0..<Self.zoneCount).map { RandomZone(number: $0, seed: Self.seed) }
            let byHand = (origin: ReferenceZone.origin, text: ReferenceZone.text(from: dump.output))
            let servers = try ServerGroup([byHand] + random.map { ($0.origin, $0.text) })
            guard let zone = ZoneFileReader.read(path: servers.firstZone).zone else {
                throw Unfulfilled("the zone is broken")
            }
            let questions = ReferenceQuestions(zone)
            var verdict = Verdict()
            try servers.compare(questions.everyName + questions.everyVariant, &verdict)
            for index in random.indices { try servers.compare(random[index].questions(Self.questionCount), &verdict) }
            #expect(verdict.unexplained == 0, "\(verdict)")
            // A deviation that no longer shows must leave the table.
            let idle = Deviation.all.flatMap { deviation in
                deviation.references.map { Verdict.Met(deviation.name, $0) }.filter { !verdict.met.contains($0) }
            }
            if Self.isWhole { #expect(idle == []) }
            try servers.stop()
        }

        private static let environment = ProcessInfo.processInfo.environment
        /// Zones, questions for each, and the seed; the environment can ask for other ones.
        private static let zoneCount = environment["REFERENCE_ZONES"].flatMap { Int($0) } ?? 300
        private static let questionCount = environment["REFERENCE_QUESTIONS"].flatMap { Int($0) } ?? 40
        private static let seed = environment["REFERENCE_SEED"].flatMap { UInt64($0) } ?? 20_261_127
        private static let isWhole = environment.keys.allSatisfy { !$0.hasPrefix("REFERENCE_") }
    }
}

/// What came of many comparisons.
private struct Verdict: CustomStringConvertible {
    struct Met: Hashable, CustomStringConvertible {
        var name: String
        var reference: Reference

        init(_ name: String, _ reference: Reference) {
            (self.name, self.reference) = (name, reference)
        }

        var description: String { "\(name), \(reference.rawValue)" }
    }

    /// Questions asked.
    var asked = 0
    /// Differences that no deviation covers.
    var unexplained = 0
    /// Deviations that showed, and beside which server.
    var met: Set<Met> = []
    /// The first of the unexplained differences of each kind.
    private var shown: [Comparison.Kind: String] = [:]

    mutating func add(_ comparison: Comparison) {
        asked += 1
        guard !comparison.isEqual else { return }
        let deviation = Deviation.all.first {
            $0.references.contains(comparison.reference) && $0.covers(comparison)
        }
        if let deviation {
            met.insert(Met(deviation.name, comparison.reference))
        } else {
            unexplained += 1
            if shown[comparison.kind] == nil { shown[comparison.kind] = comparison.description }
        }
    }

    var description: String {
        "\(unexplained) of \(asked) answers differ without a reason, the first of each kind:\n"
            + shown.values.sorted().joined(separator: "\n\n")
    }
}

/// Tern, NSD and BIND with the same zones.
private final class ServerGroup {
    private let tern: NameServer
    private let references: [(reference: Reference, server: any ReferenceServer)]

    init(_ zones: [(origin: String, text: String)]) throws {
        references = [
            (.nsd, try NSD(try Program.need("nsd"), zones: zones)),
            (.bind, try BIND(try Program.need("named"), zones: zones)),
        ]
        tern = try NameServer(zones: zones)
    }

    /// The file of the first zone.
    var firstZone: String { tern.zone }

    /// Asks all of them all questions.
    func compare(_ questions: [DNSQuestion], _ verdict: inout Verdict) throws {
        for transport in [Socket.Transport.udp, .tcp] {
            let questions = questions.filter { $0.transport == transport }
            let ours = try ask(questions, over: transport, port: tern.port)
            for (reference, server) in references {
                let theirs = try ask(questions, over: transport, port: server.port)
                for (index, question) in questions.enumerated() {
                    verdict.add(
                        Comparison(
                            question: question,
                            reference: reference,
                            ours: ours[index],
                            theirs: theirs[index]
                        )
                    )
                }
            }
        }
    }

    private func ask(
        _ questions: [DNSQuestion],
        over transport: Socket.Transport,
        port: UInt16
    ) throws -> [DNSMessage] {
        guard !questions.isEmpty else { return [] }
        let socket = try Socket(transport, port: port)
        return transport == .udp ? try socket.ask(questions) : try questions.map(socket.ask)
    }

    func stop() throws {
        try tern.stop()
        for (_, server) in references { try server.stop() }
    }
}
