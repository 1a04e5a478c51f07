import Foundation
import FuzzTargets
import Testing

/// The rules of the fuzz targets hold for what libFuzzer once found, and for some mutations of sound input.
@Suite struct FuzzTests {
    @Test(arguments: FuzzTarget.allCases) func whatWasFoundStaysMended(_ target: FuzzTarget) throws {
        for (name, input) in try Self.corpus(target) {
            #expect(throws: Never.self, "\(target.rawValue)/\(name)") { try target.check(input) }
        }
    }

    @Test(arguments: FuzzTarget.allCases) func soundInputKeepsTheRules(_ target: FuzzTarget) throws {
        for seed in target.seeds {
            #expect(throws: Never.self, "\(seed)") { try target.check(seed) }
        }
    }

    @Test(arguments: FuzzTarget.allCases) func mutatedInputKeepsTheRules(_ target: FuzzTarget) throws {
        var generator = SeededGenerator(seed: 20_261_127)
        let inputs = try target.seeds + Self.corpus(target).map(\.input).filter { $0.count <= 4096 }
        for _ in 0..<Self.rounds {
            guard let input = inputs.randomElement(using: &generator),
                let other = inputs.randomElement(using: &generator)
            else { return }
            let mutated = Mutation.mutate(input, with: other, using: &generator)
            #expect(throws: Never.self, "\(mutated)") { try target.check(mutated) }
        }
    }

    /// The rules can be broken: responses of which a name, a record, OPT, or the end is not as it must be.
    @Test(
        arguments: [
            ([0, 0, 0x80], "shorter than a header"),
            ([0, 0, 0x80, 0, 0, 2, 0, 0, 0, 0, 0, 0], "2 questions"),
            ([0, 0, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x61, 0, 0, 1, 0], "ends at"),
            ([0, 0, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0], "a pointer leads to 12"),
            ([0, 0, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 192, 0, 2], "past the end"),
            ([0, 0, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0], "RDLENGTH"),
            ([0, 0, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0], "OPT"),
            ([0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 1, 0], "an option ends"),
            ([0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "ends at 12 of 13"),
        ] as [([UInt8], String)]
    )
    func malformedResponsesBreakRules(octets: [UInt8], rule: String) {
        let broken = #expect(throws: BrokenRule.self) { try MessageForm(octets) }
        #expect(broken?.description.contains(rule) == true, "\(broken?.description ?? "")")
    }

    /// How many mutations are tried of each target; more when the environment variable says so.
    private static let rounds = ProcessInfo.processInfo.environment["FUZZ_ROUNDS"].flatMap { Int($0) } ?? 1000

    /// The files that a target has in Tests/Fuzz/corpus.
    private static func corpus(_ target: FuzzTarget) throws -> [(name: String, input: [UInt8])] {
        let folder = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fuzz/corpus/\(target.rawValue)")
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else { return [] }
        return try names.sorted().map { ($0, Array(try Data(contentsOf: folder.appending(path: $0)))) }
    }
}
