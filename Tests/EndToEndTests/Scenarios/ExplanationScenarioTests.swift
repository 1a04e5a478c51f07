import Foundation
import Testing

extension EndToEnd {
    /// Why an answer is given, what would be, and whose would change: at the command line and over DNS.
    @Suite("Explanations")
    struct ExplanationScenarioTests {
        private static func zone(_ steers: String) -> String {
            """
            $TTL 300
            @ SOA ns1 hostmaster 1 2h 15m 2w 1m
            @ NS ns1
            ns1 A 127.0.0.1
            east REGION at=40,-75 capacity=100
            east A 192.0.2.1
            west REGION at=51,0
            west A 192.0.2.2
            south REGION at=-23,-46
            south A 192.0.2.3
            \(steers)

            """
        }

        private static let before = zone("www 60 STEER nearest america west\namerica 60 STEER failover east south")

        private func write(_ text: String) throws -> (folder: TemporaryFolder, path: String) {
            let folder = try TemporaryFolder()
            return (folder, try folder.write(text, to: "why.test.zone"))
        }

        @Test(arguments: [
            ([], ["=>  1      america", "=>  1      east", "answer   A 192.0.2.1\n"]),
            (["--down", "east"], ["healthy (1 of 2)", "east    unhealthy", "answer   A 192.0.2.3\n"]),
            (["--down", "east", "--down", "south"], ["america  unhealthy", "answer   A 192.0.2.2\n"]),
            (["--at-load", "east=0.9"], ["pick: the best left"]),
            (
                ["--at-load", "east=200%"],
                // The name server aims at nine tenths of the capacity: of 200 % it keeps 90.
                ["capacity: sends on 55 % for want of capacity", "pick: takes 45 % of clients"]
            ),
        ])
        func `tern explain tells what would be`(options: [String], says: [String]) throws {
            let zone = try write(Self.before)
            let told = try Program.run(
                try Program.tern(),
                ["explain", "www.why.test", "--client", "8.8.8.0/24"] + options + SmallWorld.options() + [zone.path]
            )
            #expect(told.status == 0)
            for text in says { #expect(told.output.contains(text), "\(told)") }
        }

        @Test func `tern diff tells whose clients move`() throws {
            let old = try write(Self.before)
            let new = try write(Self.zone("www 60 STEER nearest west south\namerica 60 STEER failover east south"))
            let told = try Program.run(
                try Program.tern(),
                ["diff", old.path, new.path] + SmallWorld.options()
            )
            #expect(told.status == 0)
            #expect(told.output.contains("  US  100 %  0 %\n"), "\(told)")
            #expect(told.output.contains("  east.why.test  ->  "), "\(told)")
            #expect(told.output.hasSuffix("\n1 of 2 steered names change\n"), "\(told)")
            let json = try Program.run(
                try Program.tern(),
                ["diff", "--json", old.path, old.path] + SmallWorld.options()
            )
            let value = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
            #expect(value?["compared"] as? Int == 2)
            #expect((value?["changes"] as? [Any])?.isEmpty == true)
        }

        @Test func `dig is told why, and strangers are not`() throws {
            let server = try NameServer(Self.before, origin: "why.test")
            let why = try Dig.ask("_why.www.why.test", "TXT", subnet: "8.8.8.0/24", at: server.port)
            #expect(why.status == "NOERROR")
            #expect(why.answer.allSatisfy { $0[1] == "0" })
            let text = why.data("TXT").joined(separator: "\n")
            for part in ["01 www.why.test. nearest", "america.why.test. failover", "answer   A 192.0.2.1"] {
                #expect(text.contains(part.split(separator: " ").joined(separator: " ")), "\(why)")
            }
            try server.stop()

            let folder = try TemporaryFolder()
            let port = try Socket.freePort()
            let zone = try folder.write(Self.before, to: "why.test.zone")
            let settings = try folder.write("serve:\n  control-acl: [\"192.0.2.0/24\"]\n", to: "tern.yaml")
            let closed = try RunningProgram(
                try Program.tern(),
                ["serve", "--listen", "127.0.0.1:\(port)", "--config", settings] + SmallWorld.options() + [zone],
                output: folder.path + "/output"
            )
            try closed.wait(toSay: "ready: ")
            #expect(try Dig.ask("_why.www.why.test", "TXT", at: port).status == "NXDOMAIN")
            #expect(try closed.stop() == 0)
        }
    }
}
