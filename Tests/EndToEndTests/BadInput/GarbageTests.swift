import DNSWire
import Foundation
import Testing

extension EndToEnd {
    /// Nothing that comes from the network stops a process.
    @Suite("Garbage from the network")
    struct GarbageTests {
        @Test func `the name server answers correctly after any datagram and any stream`() throws {
            let server = try NameServer(Self.zone, origin: "garbage.test")
            var generator = SeededGenerator(seed: 20_261_124)
            try sendDatagrams(to: server, &generator)
            try expectSound(server)
            try sendStreams(to: server, &generator)
            try expectSound(server)
            try server.stop()
        }

        private static let zone = """
            $TTL 300
            @ SOA ns1 hostmaster 1 2h 15m 2w 1m
            @ NS ns1
            ns1 A 127.0.0.1
            *.any CNAME www
            old DNAME any
            lab NS ns1.lab
            ns1.lab A 192.0.2.1
            east REGION at=40,-70
            east A 192.0.2.10
            west REGION at=40,-120
            west A 192.0.2.11
            www 30 STEER nearest east west
            share 30 STEER weighted east=1 west=2

            """

        /// Real answers, over both transports.
        private func expectSound(_ server: NameServer) throws {
            for transport in [Socket.Transport.udp, .tcp] {
                let socket = try Socket(transport, port: server.port)
                var question = try DNSQuestion("x.any.garbage.test", .a)
                // A client in New York: 8.8.8.0/24.
                question.edns?.options = [0, 8, 0, 7, 0, 1, 24, 0, 8, 8, 8]
                question.transport = transport
                let answer = try socket.ask(question)
                #expect(answer.isAuthoritative && answer.rcode == 0)
                #expect(answer.answer.map(\.type) == [.cname, .a])
                #expect(answer.answer.last?.rdata == [192, 0, 2, 10])
            }
        }

        /// Queries of every kind that the server knows, to be damaged.
        private static func queries() throws -> [[UInt8]] {
            let names = ["www.garbage.test", "share.garbage.test", "x.any.garbage.test", "a.b.old.garbage.test"]
            return try (names + ["host.lab.garbage.test", "no.garbage.test"]).flatMap { name in
                try [RRType.a, .aaaa, .any, .ds, .axfr, .ixfr, .opt].map { type in
                    var question = try DNSQuestion(name, type)
                    question.edns?.options = [0, 8, 0, 7, 0, 1, 24, 0, 8, 8, 8, 0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8]
                    return question.message(id: 1)
                }
            }
        }

        private func sendDatagrams(to server: NameServer, _ generator: inout SeededGenerator) throws {
            let socket = try Socket(.udp, port: server.port)
            var sent = 0
            func send(_ octets: [UInt8]) {
                socket.send(octets)
                // The answers are read away, so that the sockets do not fill up.
                while let answer = socket.receive(waiting: false) {
                    #expect(answer.count >= 12 && answer[2] & 0x80 != 0)
                }
                sent += 1
            }
            for length in 0...600 {
                send(generator.octets(length))
                // With a header that lets it pass as a query of one question.
                send(
                    Array([0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, UInt8(length & 1)].prefix(length))
                        + generator.octets(max(0, length - 12))
                )
            }
            for query in try Self.queries() {
                for length in 0..<query.count { send(Array(query.prefix(length))) }
                for _ in 0..<100 {
                    var mutated = query
                    for _ in 0..<Int.random(in: 1...4, using: &generator) {
                        let place = Int.random(in: 0..<mutated.count, using: &generator)
                        switch Int.random(in: 0..<4, using: &generator) {
                        case 0: mutated[place] = UInt8.random(in: 0...255, using: &generator)
                        case 1: mutated[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                        case 2: mutated.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                        default: mutated.remove(at: place)
                        }
                    }
                    send(mutated)
                }
            }
            #expect(sent > 5000)
            #expect(server.program.isRunning, "\(server.program.output)")
        }

        private func sendStreams(to server: NameServer, _ generator: inout SeededGenerator) throws {
            let query = try DNSQuestion("www.garbage.test", .a).message(id: 1)
            let whole = [0, UInt8(query.count)] + query
            var streams: [[UInt8]] = [
                [], [0], [0, 0], [0xFF, 0xFF], [0, 12], [0, 1, 0], [0, 0, 0, 0], Array(whole.prefix(20)),
                // A message longer than it says it is, and one that says it is longer.
                [0, 20] + query, [0xFF, 0xFF] + query, whole + [0], whole + Array(whole.prefix(9)),
                Array("GET / HTTP/1.1\r\nHost: garbage.test\r\n\r\n".utf8), Array(repeating: 0xFF, count: 70_000),
            ]
            streams += (0..<60).map { _ in generator.octets(Int.random(in: 1...3000, using: &generator)) }
            var left: [Socket] = []
            for stream in streams {
                let socket = try Socket(.tcp, port: server.port)
                socket.send(stream)
                // Some go away at once, some stay.
                if Bool.random(using: &generator) { left.append(socket) }
            }
            // Many queries in one go are answered in order, octet by octet too.
            let socket = try Socket(.tcp, port: server.port)
            for octet in whole { socket.send([octet]) }
            socket.send(Array(repeating: whole, count: 50).flatMap { $0 })
            var received = 0
            while received < 51 * (whole.count + 16), let octets = socket.receive() { received += octets.count }
            #expect(received % 51 == 0 && received > 0)
            #expect(server.program.isRunning, "\(server.program.output)")
            withExtendedLifetime(left) {}
        }

        @Test func `a proxy answers correctly after any stream`() throws {
            let folder = try TemporaryFolder()
            let (port, origin) = (try Socket.freePort(), try Socket.freePort())
            let zone = """
                $TTL 300
                @ SOA ns1 hostmaster 1 2h 15m 2w 1m
                @ NS ns1
                ns1 A 127.0.0.1
                east REGION
                east A 127.0.0.1
                _http._tcp.east POOL
                _http._tcp.east SRV 0 1 \(origin) app.east
                app.east A 127.0.0.1

                """
            let file = try folder.write(zone, to: "garbage.test.zone")
            let tern = try Program.tern()
            let server = try RunningProgram(
                tern,
                ["origin", "--name", "app", "--region", "east", "--listen", "127.0.0.1:\(origin)"],
                output: folder.path + "/origin"
            )
            try server.wait(toSay: "ready: ")
            let proxy = try RunningProgram(
                tern,
                ["proxy", "--region", "east", "--listen", "127.0.0.1:\(port)", file],
                output: folder.path + "/proxy"
            )
            try proxy.wait(toSay: "ready: ")
            try sendRequests(to: port)
            #expect(proxy.isRunning && server.isRunning, "\(proxy.output)\(server.output)")
            let curl = try Program.run(try Program.need("curl"), ["--silent", "http://127.0.0.1:\(port)/sound"])
            #expect(curl.output.contains("server: app\n") && curl.output.contains("request: GET /sound\n"), "\(curl)")
            #expect(try proxy.stop() == 0, "\(proxy.output)")
            #expect(try server.stop() == 0, "\(server.output)")
        }

        /// Sends requests damaged in every way, and octets that are none; to some the answers are read.
        private func sendRequests(to port: UInt16) throws {
            var generator = SeededGenerator(seed: 20_261_124)
            let requests = [
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST /form?a=b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
                "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n",
                "GET http://a/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /lb-health HTTP/1.1\r\nHost: a\r\n\r\n",
            ].map { Array($0.utf8) }
            var streams: [[UInt8]] = [[], [0], Array(repeating: 0x0A, count: 100_000), Array("GET /".utf8)]
            streams += [Array(repeating: UInt8(ascii: "A"), count: 300_000)]
            streams += (0..<100).map { _ in generator.octets(Int.random(in: 1...3000, using: &generator)) }
            for request in requests {
                streams += stride(from: 1, to: request.count, by: 3).map { Array(request.prefix($0)) }
                streams += (0..<100).map { _ in
                    var mutated = request
                    let place = Int.random(in: 0..<mutated.count, using: &generator)
                    mutated[place] = UInt8.random(in: 0...255, using: &generator)
                    return mutated
                }
            }
            var left: [Socket] = []
            for stream in streams {
                let socket = try Socket(.tcp, port: port)
                socket.send(stream)
                if Bool.random(using: &generator) { left.append(socket) }
                if left.count > 100 { left.removeFirst() }
            }
            for socket in left { _ = socket.receive(waiting: false) }
        }
    }
}
