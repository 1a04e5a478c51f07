import DNSWire
import Foundation
import Testing

extension EndToEnd {
    /// A geographic database that is replaced while it is in use.
    @Suite("Another geographic database")
    struct DatabaseReloadTests {
        private static let zone = """
            $TTL 300
            @ SOA ns1 hostmaster 1 2h 15m 2w 1m
            @ NS ns1
            ns1 A 127.0.0.1
            east REGION at=40,-75
            east A 192.0.2.10
            west REGION at=51,0
            west A 192.0.2.11
            www 30 STEER nearest east west

            """

        @Test func `is taken over when it is sound, and no query is lost`() throws {
            let folder = try TemporaryFolder()
            let database = try SmallWorld.build([("81.2.64.0/18", "US")], in: folder, name: "used.mmdb")
            let server = try NameServer(Self.zone, origin: "map.test", geography: database)
            #expect(try address(server) == [192, 0, 2, 10])

            // A damaged file changes nothing but the log.
            try replace(database, with: try folder.write("no database", to: "broken.mmdb"))
            try server.program.wait(toSay: "stays in use")
            #expect(try address(server) == [192, 0, 2, 10])

            // A sound one moves the clients; each question on the way is answered.
            let better = try SmallWorld.build([("81.2.64.0/18", "GB")], in: folder, name: "better.mmdb")
            try replace(database, with: better)
            try wait(for: "the answer of the new database", evidence: { server.program.output }) {
                let address = try address(server)
                #expect(address == [192, 0, 2, 10] || address == [192, 0, 2, 11])
                return address == [192, 0, 2, 11]
            }
            try server.stop()
        }

        private func replace(_ path: String, with other: String) throws {
            guard unsafe rename(other, path) == 0 else { throw Unfulfilled("rename: error \(errno)") }
        }

        /// What a client in 81.2.69.0/24 is answered.
        private func address(_ server: NameServer) throws -> [UInt8] {
            var question = try DNSQuestion("www.map.test", .a)
            question.edns?.options = [0, 8, 0, 7, 0, 1, 24, 0, 81, 2, 69]
            let answer = try Socket(.udp, port: server.port).ask(question)
            return answer.answer.first?.rdata ?? []
        }
    }
}
