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
