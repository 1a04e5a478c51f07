import Addressing
import Glibc
import Testing

@testable import DNSServer

extension ServerTests {
    /// Binding, and what keeps it from succeeding.
    @Suite struct ListenTests {
        private static func error(_ endpoint: Endpoint) async throws -> ListenError? {
            do {
                let server = try await TestZone.server(on: endpoint.description)
                await server.stop()
                return nil
            } catch let error as ListenError {
                return error
            }
        }

        @Test func oneServerListensOnManyAddresses() async throws {
            let server = try await TestZone.server(on: "127.0.0.1", "127.0.0.2", "::1", workers: 2)
            #expect(server.endpoints.map(\.address.description) == ["127.0.0.1", "127.0.0.2", "::1"])
            for endpoint in server.endpoints {
                #expect(endpoint.port != 0)
                let socket = try ClientSocket(.udp, to: endpoint)
                socket.send(try TestZone.query())
                #expect(socket.receive() == (try TestZone.answer()))
            }
            await server.stop()
        }

        /// A port that only another UDP socket has is in use, though UDP sockets could share it.
        @Test(arguments: [true, false]) func aPortThatAnotherUDPSocketHasIsInUse(isShared: Bool) async throws {
            var endpoint = try #require(Endpoint("127.0.0.1:0"))
            var error: ListenError?
            // The port may have been taken for streams meanwhile, by whatever else runs here; then another is tried.
            for _ in 0..<20 {
                endpoint.port = try ListeningSocket.freePort()
                let other = try UDPSocket.bind(endpoint, isShared: isShared)
                error = try await Self.error(endpoint)
                #expect(other.descriptor >= 0)
                if error?.transport == "UDP" { break }
            }
            #expect(error == ListenError(endpoint: endpoint, transport: "UDP", code: EADDRINUSE))
            // Nothing of the failed start is left: TCP is free again.
            #expect(throws: ClientSocket.Failure.self) { try ClientSocket(.tcp, to: endpoint) }
        }

        @Test func aPortThatAnotherStreamSocketHasIsInUse() async throws {
            let other = try ListeningSocket(try #require(Endpoint("127.0.0.1:\(try ListeningSocket.freePort())")))
            let error = try await Self.error(other.endpoint)
            #expect(error == ListenError(endpoint: other.endpoint, transport: "TCP", code: EADDRINUSE))
            // UDP has been left alone.
            _ = try UDPSocket.bind(other.endpoint, isShared: false)
            other.stop()
        }

        @Test func aSecondServerIsNotLetIn() async throws {
            let server = try await TestZone.server(on: "127.0.0.1:\(try ListeningSocket.freePort())", workers: 2)
            let error = try await Self.error(server.endpoints[0])
            #expect(error?.code == EADDRINUSE)
            await server.stop()
            // And afterwards the port is free.
            let nothing = try await Self.error(server.endpoints[0])
            #expect(nothing == nil)
        }

        /// One address that fails takes the others down with it.
        @Test func afterAFailureNothingIsLeftBound() async throws {
            let free = try #require(Endpoint("127.0.0.1:\(try ListeningSocket.freePort())"))
            let other = try ListeningSocket(try #require(Endpoint("127.0.0.2:\(free.port)")))
            await #expect(throws: ListenError.self) {
                try await TestZone.server(on: free.description, other.endpoint.description)
            }
            let error = try await Self.error(free)
            #expect(error == nil)
            other.stop()
        }

        @Test func anAddressOfAnotherMachineIsToldApart() async throws {
            let endpoint = try #require(Endpoint("192.0.2.1:5300"))
            let failure = try await Self.error(endpoint)
            let error = try #require(failure)
            #expect(error.code == EADDRNOTAVAIL)
            #expect(error.description.contains("192.0.2.1:5300"))
        }
    }
}
