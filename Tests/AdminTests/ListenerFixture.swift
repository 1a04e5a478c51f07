import Addressing
import Admin
import Foundation
import HTTPTypes
import Logging
import NIOPosix

/// A listener on a socket and a loopback port, with routes that show what they were given.
struct ListenerFixture {
    let listener: AdminListener
    let socket: String
    let group = MultiThreadedEventLoopGroup.singleton

    static let token = "correct-horse-battery-staple"

    struct Echo: Codable, Equatable {
        var name: String?
        var query: [String]
        var body: String
        var client: String
    }

    struct Unexpected: Error {}

    static let routes = [
        AdminRoute(.get, "echo/:name") { request in
            try .json(
                Echo(
                    name: request.parameters["name"],
                    query: request.query.map { "\($0.name)=\($0.value)" },
                    body: "",
                    client: request.client
                )
            )
        },
        AdminRoute(.post, "echo") { request in
            let body = String(decoding: request.body, as: UTF8.self)
            return try .json(Echo(query: [], body: body, client: request.client))
        },
        AdminRoute(.get, "refuse") { _ in throw AdminFault(.conflict, "not now") },
        AdminRoute(.get, "break") { _ in throw Unexpected() },
        AdminRoute(.get, "wait") { _ in
            try await Task.sleep(for: .seconds(60))
            return try .json("late")
        },
    ]

    /// Runs `body` with a listener that ends afterwards.
    static func with(_ body: (ListenerFixture) async throws -> Void) async throws {
        let socket = temporaryPath()
        let listener = try await AdminListener.start(
            [.socket(socket), .endpoint(Endpoint(.loopback, port: 0))],
            token: AdminToken(token),
            routes: routes,
            on: MultiThreadedEventLoopGroup.singleton,
            logger: quiet
        )
        do {
            try await body(ListenerFixture(listener: listener, socket: socket))
        } catch {
            await listener.stop()
            throw error
        }
        await listener.stop()
    }

    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    static func temporaryPath() -> String { "/tmp/tern-admin-\(UUID().uuidString.prefix(8)).sock" }

    /// A client of the socket.
    var client: AdminClient { AdminClient(.socket(socket), on: group) }

    /// A client of the port.
    func tcpClient(token: String?) throws -> AdminClient {
        guard let address = listener.addresses.first(where: \.needsToken) else { throw Unexpected() }
        return AdminClient(address, token: token.flatMap { AdminToken($0) }, on: group)
    }
}

extension IPAddress {
    static var loopback: IPAddress { IPAddress(v4: 0x7F00_0001) }
}
