import Addressing
import Admin
import Foundation
import HTTPTypes
import NIOCore
import NIOPosix
import Testing

@Suite struct AdminListenerTests {
    typealias Echo = ListenerFixture.Echo

    @Test func aRouteIsGivenWhatWasSent() async throws {
        try await ListenerFixture.with { fixture in
            let name = "a b/ü.&=?#+%"
            let asked: Echo = try await fixture.client.get(
                "/echo/\(AdminClient.encode("us-east.example.test"))",
                query: [("down", name), ("down", "2")]
            )
            #expect(asked.name == "us-east.example.test")
            #expect(asked.query == ["down=\(name)", "down=2"])
            #expect(asked.client == NSUserName())
            let told: Echo = try await fixture.client.post("/echo", ["reason": "disk"])
            #expect(told.body == #"{"reason":"disk"}"#)
        }
    }

    @Test func everyRefusalIsAnObjectWithTheReason() async throws {
        try await ListenerFixture.with { fixture in
            let cases: [(HTTPRequest.Method, String, Int, String)] = [
                (.get, "/refuse", 409, "not now"),
                (.get, "/break", 500, "it failed; the log says why"),
                (.get, "/nothing", 404, "there is no GET /nothing here"),
                (.post, "/refuse", 404, "there is no POST /refuse here"),
            ]
            for (method, path, status, message) in cases {
                let answer = try await fixture.client.send(method, path)
                #expect(answer.status.code == status, "\(path)")
                let fault = try answer.decode(AdminFault.Body.self, from: fixture.client.address)
                #expect(fault.error == message)
            }
        }
    }

    @Test func aBodyIsBounded() async throws {
        try await ListenerFixture.with { fixture in
            let most = [UInt8](repeating: UInt8(ascii: "x"), count: AdminListener.Limits.body)
            #expect(try await fixture.client.send(.post, "/echo", body: most).status == .ok)
            let answer = try await fixture.client.send(.post, "/echo", body: most + [0])
            #expect(answer.status == .contentTooLarge)
        }
    }

    @Test func aHeadIsBounded() async throws {
        try await ListenerFixture.with { fixture in
            let query = [("q", String(repeating: "x", count: 20_000))]
            await #expect(throws: AdminClientError.self) {
                let answer = try await fixture.client.send(.get, "/echo/a", query: query)
                if answer.status == .badRequest { throw AdminClientError.noAnswer(fixture.client.address) }
            }
        }
    }

    @Test(arguments: [
        (nil, false), ("correct-horse-battery-stapl", false), ("correct-horse-battery-staples", false),
        ("correct-horse-battery-staplE", false), ("correct-horse-battery-staple", true),
    ])
    func anAddressTakesTheTokenAlone(token: String?, isRight: Bool) async throws {
        try await ListenerFixture.with { fixture in
            let client = try fixture.tcpClient(token: token)
            for path in ["/echo/a", "/nothing"] {
                let answer = try await client.send(.get, path)
                #expect((answer.status != .unauthorized) == isRight)
                guard isRight, path == "/echo/a" else { continue }
                #expect(try answer.decode(Echo.self, from: client.address).client == "127.0.0.1")
            }
        }
    }

    @Test func manyAskAtOnce() async throws {
        try await ListenerFixture.with { fixture in
            try await withThrowingTaskGroup(of: String?.self) { group in
                for number in 0..<200 {
                    group.addTask { (try await fixture.client.get("/echo/\(number)") as Echo).name }
                }
                var names: Set<String?> = []
                for try await name in group { names.insert(name) }
                #expect(names.count == 200)
            }
        }
    }

    @Test func aSlowRouteAndAnIdleCallerHoldNothingUp() async throws {
        let clock = ContinuousClock()
        let duration = try await clock.measure {
            try await ListenerFixture.with { fixture in
                let idle = try await ClientBootstrap(group: fixture.group)
                    .connect(unixDomainSocketPath: fixture.socket).get()
                let slow = Task { try await fixture.client.send(.get, "/wait") }
                _ = try await fixture.client.get("/echo/a") as Echo
                // The listener ends while both are there.
                await fixture.listener.stop()
                await #expect(throws: (any Error).self) { try await slow.value }
                try? await idle.close()
            }
        }
        #expect(duration < .seconds(20))
    }
}
