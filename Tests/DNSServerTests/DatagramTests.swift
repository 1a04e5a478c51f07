import Addressing
import DNSServer
import Testing

extension ServerTests {
    /// Queries over UDP.
    @Suite struct DatagramTests {
        @Test(arguments: ["127.0.0.1", "::1"]) func aQueryIsAnswered(address: String) async throws {
            let server = try await TestZone.server(on: address)
            let socket = try ClientSocket(.udp, to: server.endpoints[0])
            socket.send(try TestZone.query())
            #expect(socket.receive() == (try TestZone.answer()))
            server.retire()
        }

        /// Bound to all addresses, a server answers from the one that was asked.
        @Test(arguments: [("0.0.0.0", "127.0.0.2"), ("0.0.0.0", "127.0.0.1"), ("::", "::1")])
        func theAnswerComesFromTheAddressAsked(bound: String, asked: String) async throws {
            let server = try await TestZone.server(on: bound)
            let address = try #require(IPAddress(asked))
            let target = Endpoint(address, port: server.endpoints[0].port)
            let any = IPAddress(asked.contains(":") ? "::1" : "127.0.0.1")
            let socket = try ClientSocket(.udp, to: nil, from: Endpoint(try #require(any), port: 0))
            socket.send(try TestZone.query(), to: target)
            let answer = try #require(socket.receiveWithSource())
            #expect(answer.source == target)
            #expect(answer.octets == (try TestZone.answer()))
            server.retire()
        }

        /// Both families can be bound to all addresses on one port.
        @Test func allAddressesOfBothFamiliesShareAPort() async throws {
            let port = try ListeningSocket.freePort()
            let server = try await TestZone.server(on: "0.0.0.0:\(port)", "[::]:\(port)")
            let query = try TestZone.query()
            for address in ["127.0.0.1:\(port)", "[::1]:\(port)"] {
                let datagrams = try ClientSocket(.udp, to: Endpoint(address))
                datagrams.send(query)
                #expect(datagrams.receive() == (try TestZone.answer()))
                let stream = try ClientSocket(.tcp, to: Endpoint(address))
                stream.send(TestZone.framed(query))
                #expect(stream.receiveMessage() == (try TestZone.answer()))
            }
            server.retire()
        }

        /// What is no query, or too long for one, is passed over; the next query is answered.
        @Test func whatIsNoQueryIsPassedOver() async throws {
            let server = try await TestZone.server(on: "127.0.0.1")
            let socket = try ClientSocket(.udp, to: server.endpoints[0])
            let query = try TestZone.query()
            socket.send([])
            socket.send([1])
            socket.send([UInt8](repeating: 0xFF, count: 500))
            socket.send(try TestZone.answer())
            socket.send(query + [UInt8](repeating: 0, count: 5000))
            socket.send(query)
            #expect(socket.receive() == (try TestZone.answer()))
            socket.setTimeout(milliseconds: 100)
            #expect(socket.receive() == nil)
            server.retire()
        }

        /// Several threads share the port; each client gets the answers to its own queries.
        @Test func manyQueriesAreAnsweredByManyThreads() async throws {
            let server = try await TestZone.server(on: "127.0.0.1", workers: 3)
            let sockets = try (0..<16).map { _ in try ClientSocket(.udp, to: server.endpoints[0]) }
            for round in 0..<20 {
                for (number, socket) in sockets.enumerated() {
                    for query in 0..<4 { socket.send(try TestZone.query(id: UInt16(round * 100 + number * 4 + query))) }
                }
                for (number, socket) in sockets.enumerated() {
                    var answers: Set<[UInt8]> = []
                    for _ in 0..<4 { if let answer = socket.receive() { answers.insert(answer) } }
                    let expected = try (0..<4).map { try TestZone.answer(id: UInt16(round * 100 + number * 4 + $0)) }
                    #expect(answers == Set(expected))
                }
            }
            // The last batch is counted after it is sent.
            await server.stop()
            #expect(server.counts.received == 1280)
            #expect(server.counts.sent == 1280)
        }

        @Test func nothingIsAnsweredAfterTheStop() async throws {
            let server = try await TestZone.server(on: "127.0.0.1")
            let endpoint = server.endpoints[0]
            await server.stop()
            let socket = try ClientSocket(.udp, to: endpoint)
            socket.send(try TestZone.query())
            socket.setTimeout(milliseconds: 100)
            #expect(socket.receive() == nil)
            #expect(throws: ClientSocket.Failure.self) { try ClientSocket(.tcp, to: endpoint) }
        }
    }
}
