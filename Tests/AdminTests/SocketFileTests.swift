import Addressing
import Admin
import Foundation
import NIOCore
import NIOPosix
import Testing

@Suite struct SocketFileTests {
    private func start(_ addresses: [AdminAddress], token: AdminToken? = nil) async throws -> AdminListener {
        try await AdminListener.start(
            addresses,
            token: token,
            routes: ListenerFixture.routes,
            on: MultiThreadedEventLoopGroup.singleton,
            logger: ListenerFixture.quiet
        )
    }

    @Test func aSocketIsForItsUserAloneAndGoesWithItsListener() async throws {
        let folder = "/tmp/tern-admin-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/run/serve.sock"
        let listener = try await start([.socket(path)])
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/run") == ["serve.sock"])
        await listener.stop()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/run").isEmpty)
    }

    @Test func aSocketThatIsAnsweredIsNotTaken() async throws {
        try await ListenerFixture.with { fixture in
            await #expect(throws: AdminListenerError.inUse(.socket(fixture.socket))) {
                try await start([.socket(fixture.socket)])
            }
            _ = try await fixture.client.get("/echo/a") as ListenerFixture.Echo
        }
    }

    @Test func aSocketLeftBehindIsReplaced() async throws {
        let path = ListenerFixture.temporaryPath()
        // What closes a socket in order removes it; one that was moved it does not find.
        let left = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(unixDomainSocketPath: path + ".moved").get()
        try FileManager.default.moveItem(atPath: path + ".moved", toPath: path)
        try await left.close()
        #expect(FileManager.default.fileExists(atPath: path))
        let listener = try await start([.socket(path)])
        let client = AdminClient(.socket(path), on: .singleton)
        _ = try await client.get("/echo/a") as ListenerFixture.Echo
        await listener.stop()
    }

    @Test func theSocketOfASuccessorStays() async throws {
        let path = ListenerFixture.temporaryPath()
        let first = try await start([.socket(path)])
        try FileManager.default.removeItem(atPath: path)
        let second = try await start([.socket(path)])
        await first.stop()
        _ = try await AdminClient(.socket(path), on: .singleton).get("/echo/a") as ListenerFixture.Echo
        await second.stop()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func anotherFileIsLeftAlone() async throws {
        let path = ListenerFixture.temporaryPath()
        try "precious".write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        await #expect(throws: AdminListenerError.notASocket(path)) { try await start([.socket(path)]) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
    }

    @Test func aLongPathIsSaidToBeTooLong() async throws {
        let path = "/tmp/" + String(repeating: "x", count: 100)
        await #expect(throws: AdminListenerError.self) { try await start([.socket(path)]) }
    }

    @Test func anAddressWithoutTokenEndsTheStart() async throws {
        let path = ListenerFixture.temporaryPath()
        let endpoint = AdminAddress.endpoint(Endpoint(.loopback, port: 0))
        await #expect(throws: AdminListenerError.noToken(endpoint)) { try await start([.socket(path), endpoint]) }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func anAddressThatIsTakenIsSaidToBe() async throws {
        try await ListenerFixture.with { fixture in
            let taken = try #require(fixture.listener.addresses.first { $0.needsToken })
            await #expect(throws: AdminListenerError.inUse(taken)) {
                try await start([taken], token: AdminToken(ListenerFixture.token))
            }
        }
    }
}
