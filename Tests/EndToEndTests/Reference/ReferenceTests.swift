import DNSWire
import Foundation
import Testing
import ZoneFile

extension EndToEnd {
    /// Static data is answered as NSD answers it.
    @Suite("Beside NSD", .enabled(if: Program.find("nsd") != nil, "NSD is not installed: apt-get install nsd"))
    struct ReferenceTests {
        @Test func `static answers are those of NSD, section by section`() throws {
            let servers = try ServerPair()
            let questions = ReferenceQuestions(servers.zone)
            var differences: [String] = []
            var unlike: Set<[UInt8]> = []
            var met: Set<String> = []
            for question in questions.everyName + questions.everyVariant {
                let (ours, theirs) = try servers.ask(question)
                guard let difference = ours.difference(from: theirs) else { continue }
                if let deliberate = Deviation.all.first(where: { $0.covers(question, ours, theirs) }) {
                    met.insert(deliberate.reason)
                } else if unlike.insert(question.name.map(asciiLowercased)).inserted {
                    differences.append("\(question)\n\(difference)")
                }
            }
            let report = differences.joined(separator: "\n\n")
            #expect(unlike.count == 0, "the answers for \(differences.count) names differ:\n\(report)")
            // A deviation that no longer shows must leave the table.
            #expect(met == Set(Deviation.all.map(\.reason)))
            try servers.stop()
        }
    }
}

/// Tern and NSD with the same zone.
private final class ServerPair {
    let zone: Zone
    private let tern: NameServer
    private let nsd: NSD
    private let sockets: [(udp: Socket, tcp: Socket)]

    init() throws {
        let program = try Program.tern()
        let dump = try Program.run(program, ["check", "--dump", "zones/example.test.zone"])
        guard dump.status == 0 else { throw Unfulfilled("tern check --dump: \(dump)") }
        let text = ReferenceZone.text(from: dump.output)
        tern = try NameServer(text, origin: ReferenceZone.origin)
        guard let zone = ZoneFileReader.read(path: tern.zone).zone else { throw Unfulfilled("the zone is broken") }
        self.zone = zone
        nsd = try NSD(try Program.need("nsd"), zone: text, origin: ReferenceZone.origin)
        sockets = try [tern.port, nsd.port].map { try (Socket(.udp, port: $0), Socket(.tcp, port: $0)) }
    }

    func ask(_ question: DNSQuestion) throws -> (ours: DNSMessage, theirs: DNSMessage) {
        let answers = try sockets.map { try (question.transport == .udp ? $0.udp : $0.tcp).ask(question) }
        return (answers[0], answers[1])
    }

    func stop() throws {
        try tern.stop()
        try nsd.stop()
    }
}

extension DNSMessage {
    /// What of the answer is compared.
    fileprivate struct Compared: Equatable {
        var flags: UInt16
        var rcode: UInt16
        var question: [UInt8]
        var sections: [[Record]]
        var hasOPT: Bool
        var dnssecOK: Bool?
    }

    fileprivate var compared: Compared {
        Compared(
            flags: flags,
            rcode: rcode,
            question: question,
            // What a truncated answer holds is not to be used (RFC 2181 section 9).
            sections: isTruncated ? [] : [answer, authority, additional].map { $0.sorted() },
            hasOPT: opt != nil,
            dnssecOK: opt?.dnssecOK
        )
    }

    /// Both answers as text when they differ.
    fileprivate func difference(from reference: DNSMessage) -> String? {
        guard compared != reference.compared else { return nil }
        return "  Tern:\n\(text)\n  NSD:\n\(reference.text)"
    }

    private var text: String {
        let opt = opt.map { "\($0)" } ?? "none"
        let sections = zip(["answer", "authority", "additional"], [answer, authority, additional]).flatMap {
            name,
            records in
            records.sorted().map { "    \(name): \($0)" }
        }
        return (["    flags \(String(flags, radix: 16)) rcode \(rcode) OPT \(opt)"] + sections).joined(separator: "\n")
    }
}
