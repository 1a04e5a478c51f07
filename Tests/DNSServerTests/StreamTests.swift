import Addressing
import DNSServer
import DNSWire
import Testing

extension ServerTests {
    /// Queries over TCP (RFC 7766).
    @Suite struct StreamTests {
        /// A limit that no test waits for, and one that a test does wait for.
        private static let patience = Duration.seconds(30)
        private static let haste = Duration.milliseconds(200)

        private static func limits(_ change: (inout TCPLimits) -> Void) -> TCPLimits {
            var limits = TCPLimits()
            limits.idleTimeout = patience
            change(&limits)
            return limits
        }

        @Test(arguments: ["127.0.0.1", "::1", "0.0.0.0", "::"]) func aQueryIsAnswered(address: String) async throws {
            let server = try await TestZone.server(on: address)
            let loopback = try #require(IPAddress(address.contains(":") ? "::1" : "127.0.0.1"))
            let socket = try ClientSocket(.tcp, to: Endpoint(loopback, port: server.endpoints[0].port))
            socket.send(TestZone.framed(try TestZone.query()))
            #expect(socket.receiveMessage() == (try TestZone.answer()))
            server.retire()
        }

        /// RFC 7766 section 6.2.1: many queries in one segment, and a connection that goes on.
        @Test func pipelinedQueriesAreAnsweredInOrder() async throws {
            let server = try await TestZone.server(on: "127.0.0.1")
            let socket = try ClientSocket(.tcp, to: server.endpoints[0])
            for _ in 0..<3 {
                socket.send(try (0..<200).flatMap { TestZone.framed(try TestZone.query(id: $0)) })
                for id: UInt16 in 0..<200 { #expect(socket.receiveMessage() == (try TestZone.answer(id: id))) }
            }
            server.retire()
        }

        /// RFC 7766 section 8: a message may come in any pieces.
        @Test func aQueryInSegmentsOfOneOctetIsAnswered() async throws {
            let server = try await TestZone.server(on: "127.0.0.1")
            let socket = try ClientSocket(.tcp, to: server.endpoints[0])
            let octets = TestZone.framed(try TestZone.query(id: 1)) + TestZone.framed(try TestZone.query(id: 2))
            for octet in octets {
                socket.send([octet])
                await Task.yield()
            }
            #expect(socket.receiveMessage() == (try TestZone.answer(id: 1)))
            #expect(socket.receiveMessage() == (try TestZone.answer(id: 2)))
            server.retire()
        }

        @Test func connectionsDoNotDisturbEachOther() async throws {
            let server = try await TestZone.server(on: "127.0.0.1")
            let sockets = try (0..<2).map { _ in try ClientSocket(.tcp, to: server.endpoints[0]) }
            let messages = try (0..<2).map { TestZone.framed(try TestZone.query(id: $0)) }
            for index in messages[0].indices {
                for number in 0..<2 { sockets[number].send([messages[number][index]]) }
            }
            for number in [1, 0] {
                #expect(sockets[number].receiveMessage() == (try TestZone.answer(id: UInt16(number))))
            }
            server.retire()
        }

        /// RFC 7766 section 6.2.3: a connection without a query is closed.
        @Test func anIdleConnectionIsClosed() async throws {
            let server = try await TestZone.server(on: "127.0.0.1", limits: Self.limits { $0.idleTimeout = Self.haste })
            let silent = try ClientSocket(.tcp, to: server.endpoints[0])
            let asking = try ClientSocket(.tcp, to: server.endpoints[0])
            asking.send(TestZone.framed(try TestZone.query()))
            #expect(asking.receiveMessage() == (try TestZone.answer()))
            #expect(silent.isEnded())
            #expect(asking.isEnded())
            server.retire()
        }

        /// RFC 9210 section 4.3: only whole queries keep a connection open.
        @Test func drippedOctetsDoNotHoldAConnection() async throws {
            let server = try await TestZone.server(on: "127.0.0.1", limits: Self.limits { $0.idleTimeout = Self.haste })
            let socket = try ClientSocket(.tcp, to: server.endpoints[0])
            socket.setTimeout(milliseconds: 20)
            var isOpen = true
            let start = ContinuousClock.now
            for octet in TestZone.framed([UInt8](repeating: 0, count: 400)) where isOpen {
                socket.send([octet])
                isOpen = !socket.isEnded()
                if ContinuousClock.now - start > .seconds(5) { break }
            }
            #expect(!isOpen)
            server.retire()
        }

        /// A client that asks goes on for longer than the idle time.
        @Test func queriesKeepAConnectionOpen() async throws {
            let server = try await TestZone.server(
                on: "127.0.0.1",
                limits: Self.limits { $0.idleTimeout = .milliseconds(600) }
            )
            let socket = try ClientSocket(.tcp, to: server.endpoints[0])
            for id: UInt16 in 0..<10 {
                socket.send(TestZone.framed(try TestZone.query(id: id)))
                #expect(socket.receiveMessage() == (try TestZone.answer(id: id)))
                try await Task.sleep(for: .milliseconds(100))
            }
            server.retire()
        }

        @Test func theNumberOfConnectionsIsLimited() async throws {
            let limits = Self.limits { ($0.maximumConnections, $0.maximumConnectionsPerClient) = (3, 2) }
            let server = try await TestZone.server(on: "127.0.0.1", limits: limits)
            let endpoint = server.endpoints[0]
            func connect(_ source: String) throws -> ClientSocket {
                let socket = try ClientSocket(.tcp, to: endpoint, from: Endpoint(source, defaultPort: 0))
                socket.send(TestZone.framed(try TestZone.query()))
                return socket
            }
            var first = [try connect("127.0.0.1"), try connect("127.0.0.1")]
            for socket in first { #expect(socket.receiveMessage() == (try TestZone.answer())) }
            // One too many of this address, another address has room, then all is full.
            #expect(try connect("127.0.0.1").isEnded())
            let second = try connect("127.0.0.2")
            #expect(second.receiveMessage() == (try TestZone.answer()))
            #expect(try connect("127.0.0.3").isEnded())
            // A place that is given up can be taken, as soon as the server has seen it.
            first.removeLast()
            var isServed = false
            for _ in 0..<100 where !isServed {
                isServed = try connect("127.0.0.3").receiveMessage() != nil
                if !isServed { try await Task.sleep(for: .milliseconds(20)) }
            }
            #expect(isServed)
            server.retire()
        }

        /// A client may end its side after its last query; it gets its answers.
        @Test func aHalfClosedConnectionIsAnswered() async throws {
            let server = try await TestZone.server(on: "127.0.0.1")
            let socket = try ClientSocket(.tcp, to: server.endpoints[0])
            socket.send(try (0..<50).flatMap { TestZone.framed(try TestZone.query(id: $0)) })
            socket.closeWriting()
            for id: UInt16 in 0..<50 { #expect(socket.receiveMessage() == (try TestZone.answer(id: id))) }
            #expect(socket.isEnded())
            server.retire()
        }

        /// So it is when there is more to send than the kernel takes at once.
        @Test func aHalfClosedConnectionGetsLongAnswers() async throws {
            let lines = (0..<200).map { "many TXT \"\(String(repeating: "x", count: 200)) \($0)\"\n" }.joined()
            let server = try await TestZone.server(TestZone.text("192.0.2.1", lines), on: "127.0.0.1")
            let socket = try ClientSocket(.tcp, to: server.endpoints[0])
            let query = TestZone.framed(try TestZone.query("many.example.com", .txt))
            socket.send((0..<200).flatMap { _ in query })
            socket.closeWriting()
            var received = 0
            while let answer = socket.receiveMessage(), answer.count > 40_000 { received += 1 }
            #expect(received == 200)
            server.retire()
        }

        /// A client that does not read is waited for, and gets everything in the end.
        @Test func aSlowReaderGetsAllAnswers() async throws {
            let lines = (0..<200).map { "many TXT \"\(String(repeating: "x", count: 200)) \($0)\"\n" }.joined()
            let server = try await TestZone.server(TestZone.text("192.0.2.1", lines), on: "127.0.0.1")
            let socket = try ClientSocket(.tcp, to: server.endpoints[0])
            let query = TestZone.framed(try TestZone.query("many.example.com", .txt))
            let count = 300
            socket.send((0..<count).flatMap { _ in query })
            try await Task.sleep(for: .milliseconds(100))
            var sizes: Set<Int> = []
            for _ in 0..<count {
                guard let answer = socket.receiveMessage() else { break }
                sizes.insert(answer.count)
            }
            #expect(sizes.count == 1)
            #expect(sizes.allSatisfy { $0 > 40_000 })
            socket.send(TestZone.framed(try TestZone.query()))
            #expect(socket.receiveMessage() == (try TestZone.answer()))
            server.retire()
        }

        /// Half a message is answered with nothing; neither is it waited for when the client has ended its side.
        @Test func halfAMessageIsNotAnswered() async throws {
            let server = try await TestZone.server(on: "127.0.0.1", limits: Self.limits { _ in })
            let message = TestZone.framed(try TestZone.query())
            for length in message.indices {
                let socket = try ClientSocket(.tcp, to: server.endpoints[0])
                socket.send(Array(message.prefix(length)))
                socket.closeWriting()
                #expect(socket.isEnded())
            }
            server.retire()
        }

        /// What is no query ends the connection.
        @Test func whatIsNoQueryEndsTheConnection() async throws {
            let server = try await TestZone.server(on: "127.0.0.1", limits: Self.limits { _ in })
            let messages: [[UInt8]] = [[], [7], [UInt8](repeating: 0, count: 11), try TestZone.answer()]
            for message in messages {
                let socket = try ClientSocket(.tcp, to: server.endpoints[0])
                socket.send(TestZone.framed(message))
                #expect(socket.isEnded())
            }
            server.retire()
        }

        /// Queries before it are answered first.
        @Test func queriesBeforeGarbageAreAnswered() async throws {
            let server = try await TestZone.server(on: "127.0.0.1", limits: Self.limits { _ in })
            let socket = try ClientSocket(.tcp, to: server.endpoints[0])
            socket.send(TestZone.framed(try TestZone.query()) + [0, 0] + TestZone.framed(try TestZone.query()))
            let (answer, expected) = (socket.receiveMessage(), try TestZone.answer())
            #expect(answer == expected)
            #expect(socket.isEnded())
            server.retire()
        }

        /// A broken query is answered with its code, and the connection goes on.
        @Test func aBrokenQueryIsAnsweredWithACode() async throws {
            let server = try await TestZone.server(on: "127.0.0.1", limits: Self.limits { _ in })
            let socket = try ClientSocket(.tcp, to: server.endpoints[0])
            let broken = Array(try TestZone.query().prefix(20))
            socket.send(TestZone.framed(broken) + TestZone.framed(try TestZone.query()))
            #expect(socket.receiveMessage() == [0xBE, 0xEF, 0x81, 1, 0, 0, 0, 0, 0, 0, 0, 0])
            #expect(socket.receiveMessage() == (try TestZone.answer()))
            server.retire()
        }

        /// Connections that end in every way leave the server as it was.
        @Test func connectionsThatBreakOffLeaveNothingBehind() async throws {
            let limits = Self.limits { ($0.maximumConnections, $0.maximumConnectionsPerClient) = (8, 8) }
            let server = try await TestZone.server(on: "127.0.0.1", limits: limits)
            for round in 0..<64 {
                let socket = try ClientSocket(.tcp, to: server.endpoints[0])
                socket.send(Array(TestZone.framed(try TestZone.query()).prefix(round % 40)))
            }
            var isServed = false
            for _ in 0..<100 where !isServed {
                let socket = try ClientSocket(.tcp, to: server.endpoints[0])
                socket.send(TestZone.framed(try TestZone.query()))
                isServed = socket.receiveMessage() == (try TestZone.answer())
                if !isServed { try await Task.sleep(for: .milliseconds(20)) }
            }
            #expect(isServed)
            server.retire()
        }
    }
}
