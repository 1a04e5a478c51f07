import Addressing
import Foundation
import HTTPWire
import NIOPosix
import Testing

@testable import Proxy

@Suite("Origin server")
struct OriginServerTests {
    private func start(_ name: String = "app1") async throws -> OriginServer {
        try await OriginServer.start(
            name: name,
            region: "us-east",
            listen: Endpoint(IPAddress(v4: 0x7f00_0001), port: 0),
            on: .singleton
        )
    }

    @Test func saysWhoItIs() async throws {
        let server = try await start()
        let connection = try await TestConnection.connect(to: server.endpoint.port)
        try await connection.send("GET /a?b HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n")
        let response = try await connection.response()
        #expect(response.status == 200)
        #expect(response.field("X-Tern-Server") == "app1.us-east")
        #expect(response.field("Content-Type") == "text/plain; charset=utf-8")
        #expect(
            response.text == "server: app1\nregion: us-east\nrequest: GET /a?b\nx-forwarded-for: 192.0.2.1\n"
        )
        try await connection.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await connection.response(to: .head).text == "")
        #expect(try await connection.response().text == "ok\n")
        try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        #expect(try await connection.response().status == 100)
        try await connection.send("helloGET / HTTP/1.1\nHost: a\n\n")
        #expect(try await connection.response().text.contains("request: POST /"))
        #expect(try await connection.waitForClose().hasPrefix("HTTP/1.1 400 "))
        await server.stop()
    }

    @Test func stopsWithItsConnections() async throws {
        let server = try await start()
        let connection = try await TestConnection.connect(to: server.endpoint.port)
        try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try await connection.response()
        await server.stop()
        #expect(try await connection.waitForClose() == "")
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl")))
    func curlIsServedThroughTheProxy() async throws {
        let server = try await start()
        try await ProxyFixture.with([.init(port: server.endpoint.port)]) { (fixture) async throws in
            let address = "http://127.0.0.1:\(fixture.port)"
            let text = try await curl(["--compressed", "\(address)/x", "\(address)/y"])
            #expect(text.contains("request: GET /x\nx-forwarded-for: 127.0.0.1\n"))
            #expect(text.contains("request: GET /y\n"))
            #expect(try await curl(["--data", String(repeating: "z", count: 5000), address]).contains("POST /"))
            #expect(
                try await curl(["-H", "Transfer-Encoding: chunked", "-T", "/etc/passwd", address]).contains("PUT /")
            )
            #expect(try await curl(["--head", address]).hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(try await curl(["-0", address]).contains("GET /"))
            #expect(try await curl(["\(address)/lb-health"]).hasPrefix("ok\n"))
        }
        await server.stop()
    }

    private func curl(_ arguments: [String]) async throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
        process.arguments = ["--silent", "--show-error", "--max-time", "20", "--noproxy", "*"] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self)
    }
}
