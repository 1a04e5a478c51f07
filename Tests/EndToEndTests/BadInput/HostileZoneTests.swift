import Foundation
import Testing

extension EndToEnd {
    /// Zone files that are made to take memory do not get it.
    @Suite("Hostile zone files")
    struct HostileZoneTests {
        /// Runs `tern check` with at most so many KiB of address space.
        private func check(_ file: String, kibibytes: Int) throws -> Program.Outcome {
            try Program.run(
                "/bin/sh",
                ["-c", "ulimit -v \(kibibytes); exec \"$0\" check \"$1\"", try Program.tern(), file]
            )
        }

        @Test func `a file of a gibibyte is refused, and the limit named`() throws {
            let folder = try TemporaryFolder()
            let file = try folder.write("", to: "big.test.zone")
            // Without blocks on the disk.
            #expect(unsafe truncate(file, (1 << 30) + 1) == 0)
            let outcome = try check(file, kibibytes: 2_000_000)
            #expect(outcome.status == 1)
            #expect(outcome.errors.hasPrefix("\(file):1:1: error: cannot be read: larger than 122 MiB"), "\(outcome)")
        }

        @Test func `bombs end with their place in little memory`() throws {
            let folder = try TemporaryFolder()
            let strings = Array(repeating: "${0,250}", count: 250).joined(separator: " ")
            let zone = """
                $TTL 300
                @ SOA ns1 h 1 2h 15m 2w 1m
                @ NS ns1
                ns1 A 127.0.0.1
                $GENERATE 0-4294967295 a$ A 192.0.2.1
                $GENERATE 0-2147483647 \(strings) A 192.0.2.1
                $INCLUDE bomb.test.zone
                \(String(repeating: "x", count: 10_000_000)) A 192.0.2.1

                """
            let file = try folder.write(zone, to: "bomb.test.zone")
            let outcome = try check(file, kibibytes: 1_000_000)
            #expect(outcome.status == 1)
            for place in ["5:11: error: ", "6:11: error: ", "7:10: error: ", "8:1: error: "] {
                #expect(outcome.errors.contains("\(file):\(place)"), "\(outcome.errors.prefix(4000))")
            }
        }
    }
}
