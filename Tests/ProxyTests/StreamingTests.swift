import HTTPWire
import NIOCore
import Testing

@testable import Proxy

@Suite("Streaming", .serialized)
struct StreamingTests {
    private static let megabyte = ByteBuffer(repeating: UInt8(ascii: "m"), count: 1_048_576)

    @Test(arguments: [true, false])
    func aLargeResponsePassesThrough(isChunked: Bool) async throws {
        let server = try await ScriptedServer.start { connection in
            guard connection.takeHead() != nil else { return }
            if isChunked {
                connection.reply("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                for _ in 0..<4 {
                    connection.reply("100000\r\n")
                    connection.reply(Self.megabyte)
                    connection.reply("\r\n")
                }
                connection.reply("0\r\n\r\n")
            } else {
                connection.reply("HTTP/1.1 200 OK\r\nContent-Length: 4194304\r\n\r\n")
                for _ in 0..<4 { connection.reply(Self.megabyte) }
            }
        }
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            _ = try await connection.waitForClose()
            let count = connection.receivedCount
            #expect(count >= 4_194_304)
            let framing = 4_194_304 / 1000
            #expect(count < 4_194_304 + framing)
        }
    }

    @Test(arguments: [true, false])
    func aLargeRequestPassesThrough(isChunked: Bool) async throws {
        let total = Counter()
        let server = try await ScriptedServer.start { connection in
            if connection.answered == 0 {
                guard connection.takeHead() != nil else { return }
                connection.body.begin(isChunked ? .chunked : .length(4_194_304))
            }
            while true {
                let input = connection.received
                var position = 0
                guard let piece = try? connection.body.next(input.readableBytesUInt8Span, from: &position) else {
                    return
                }
                connection.received.moveReaderIndex(forwardBy: position)
                switch piece {
                case .data(let range): total.add(range.count)
                case .needMore: return
                case .end: return connection.reply("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
                }
            }
        }
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            let megabyte = Array(Self.megabyte.readableBytesView)
            try await connection.send(
                "PUT / HTTP/1.1\r\nHost: a\r\n"
                    + (isChunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: 4194304\r\n\r\n")
            )
            for _ in 0..<4 {
                if isChunked { try await connection.send("100000\r\n") }
                try await connection.send(megabyte)
                if isChunked { try await connection.send("\r\n") }
            }
            if isChunked { try await connection.send("0\r\n\r\n") }
            #expect(try await connection.response().text == "x")
            #expect(total.value == 4_194_304)
        }
    }

    @Test func aSlowReaderHoldsTheServerBack() async throws {
        let sent = Counter()
        let server = try await ScriptedServer.start { connection in
            guard connection.takeHead() != nil else { return }
            connection.reply("HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n")
            connection.pump(Self.megabyte, times: 64) { sent.add(1) }
        }
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect(reads: false)
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            // What the server can send settles at what the kernel's and the proxy's buffers hold.
            var before = -1
            while sent.value != before {
                before = sent.value
                try await Task.sleep(for: .milliseconds(300))
            }
            #expect(before < 40)
            try await connection.startReading()
            try await eventually { connection.receivedCount > 67_108_864 }
        }
    }

    @Test func aSlowServerHoldsTheClientBack() async throws {
        let server = try await ScriptedServer.start { connection in connection.stopReading() }
        let sent = Counter()
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            try await connection.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 67108864\r\n\r\n")
            let sender = Task {
                for _ in 0..<64 {
                    try await connection.send(Array(Self.megabyte.readableBytesView))
                    sent.add(1)
                }
            }
            var before = -1
            while sent.value != before {
                before = sent.value
                try await Task.sleep(for: .milliseconds(300))
            }
            #expect(before < 40)
            try await connection.close()
            _ = await sender.result
        }
    }

    @Test func connectionsThatBreakInTheMiddleOfWritesHarmNobody() async throws {
        let server = try await ScriptedServer.start { connection in
            if connection.answered == 0 {
                guard connection.takeHead() != nil else { return }
                connection.reply("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            }
            // What comes is sent back, as chunks, and some connections break.
            let octets = connection.received
            connection.received.clear()
            guard octets.readableBytes > 0 else { return }
            connection.reply("\(String(octets.readableBytes, radix: 16))\r\n")
            connection.reply(octets)
            connection.reply("\r\n")
            if connection.number % 3 == 0 { connection.later { connection.reset() } }
        }
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            await withTaskGroup { group in
                for number in 0..<60 {
                    group.addTask {
                        let connection = try? await fixture.connect(receiveBuffer: number % 2 == 0 ? 4096 : nil)
                        let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n"
                        try? await connection?.send(
                            Array(head.utf8) + Array(repeating: 1, count: 300_000 + number * 9973)
                        )
                        try? await Task.sleep(for: .milliseconds(number % 7))
                        try? await connection?.reset()
                    }
                }
            }
            try await eventually { server.closedCount == server.connectionCount }
            #expect(try await fixture.get("/lb-health").status == 200)
        }
    }

    @Test func continueIsPassedOn() async throws {
        let server = try await ScriptedServer.start { connection in
            if let head = connection.takeHead() {
                #expect(head.contains("Expect: 100-continue"))
                connection.reply("HTTP/1.1 100 Continue\r\n\r\n")
            }
            if connection.received.readableBytes == 5 {
                connection.received.clear()
                connection.reply("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
            }
        }
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            for _ in 0..<2 {
                try await connection.send(
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
                )
                #expect(try await connection.response().status == 100)
                try await connection.send("hello")
                #expect(try await connection.response().text == "x")
            }
        }
        #expect(server.connectionCount == 1)
    }

    @Test func anEarlyResponseReachesTheClientAndEndsBothConnections() async throws {
        let server = try await ScriptedServer.start { connection in
            guard connection.takeHead() != nil else { return }
            connection.reply("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig")
        }
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc")
            let response = try await connection.response()
            #expect(response.status == 413)
            #expect(response.text == "big")
            #expect(response.field("Connection") == "close")
            try await eventually { server.closedCount == 1 }
        }
    }

    @Test func aTunnelOpensOnlyAfter101() async throws {
        let server = try await ScriptedServer.start { connection in
            if connection.answered == 0 {
                guard let head = connection.takeHead() else { return }
                #expect(head.hasSuffix("Connection: upgrade\r\nUpgrade: websocket"))
                connection.reply(
                    "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nhello"
                )
            }
            let octets = connection.received
            connection.received.clear()
            if octets.readableBytes > 0 { connection.reply(octets) }
        }
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            try await connection.send(
                "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\u{1}early"
            )
            let response = try await connection.response()
            #expect(response.status == 101)
            #expect(response.field("Upgrade") == "websocket")
            #expect(response.field("Connection") == "upgrade")
            try await connection.wait(for: "early")
            try await connection.send("\r\n\u{0}\u{81}later")
            try await connection.wait(for: "later")
            // A reload does not touch it.
            try fixture.proxy.update(pools: [ProxyFixture.pool([.init(port: 1)])])
            try await connection.send("still")
            try await connection.wait(for: "still")
            try await connection.close()
            try await eventually { server.closedCount == 1 }
        }
    }

    @Test func withoutA101TheRestIsAnotherRequest() async throws {
        let server = try await ScriptedServer.answering("no")
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            try await connection.send(
                "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                    + "GET /admin HTTP/1.1\nHost: a\n\n"
            )
            #expect(try await connection.response().text == "no")
            #expect(try await connection.response().status == 400)
        }
    }

    @Test func http2IsNotAskedForByUpgrade() async throws {
        let server = try await ScriptedServer.start { connection in
            guard let head = connection.takeHead() else { return }
            #expect(!head.lowercased().contains("upgrade:"))
            #expect(!head.lowercased().contains("http2-settings"))
            connection.reply("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
        }
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let response = try await fixture.get(
                fields: "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\n"
            )
            #expect(response.text == "x")
        }
    }
}

extension ScriptedServer.Connection {
    /// Writes `buffer` so many times, each when the one before has been written.
    func pump(_ buffer: ByteBuffer, times: Int, whenWritten: @escaping () -> Void) {
        guard times > 0 else { return }
        writeAndFlush(buffer) {
            whenWritten()
            self.pump(buffer, times: times - 1, whenWritten: whenWritten)
        }
    }
}
