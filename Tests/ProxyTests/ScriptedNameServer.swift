import Addressing
import DNSWire
import NIOCore
import NIOPosix
import Synchronization

@testable import Proxy

/// A name server of a test, over UDP and TCP on one port of 127.0.0.1.
final class ScriptedNameServer: Sendable {
    /// One SRV record of the set, with its address.
    struct Service: Sendable {
        var priority: UInt16 = 0
        var weight: UInt16 = 1
        var port: UInt16
        var target = "app.example.net."
        var address: [UInt8]? = [127, 0, 0, 1]
    }

    /// How queries are answered.
    struct Script: Sendable {
        var services: [Service] = []
        var code: UInt8 = 0
        var ttl: UInt8 = 1
        /// UDP answers are truncated.
        var truncates = false
        /// Addresses are in the additional section.
        var hasAdditional = true
        /// Answers with another ID and another question come before the right one.
        var hasForgeries = false
        /// Nothing is answered.
        var isSilent = false
    }

    private let script: Mutex<Script>
    private let channels = Mutex<[any Channel]>([])
    let queries = Counter()
    let streamQueries = Counter()

    var endpoint: Endpoint {
        Endpoint(
            IPAddress(v4: 0x7F00_0001),
            port: channels.withLock { UInt16(clamping: $0.first?.localAddress?.port ?? 0) }
        )
    }

    static func start(_ script: Script) async throws -> ScriptedNameServer {
        let server = ScriptedNameServer(script)
        let group = MultiThreadedEventLoopGroup.singleton
        let stream = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(StreamHandler(server))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let datagrams = try await DatagramBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DatagramHandler(server))
                }
            }
            .bind(host: "127.0.0.1", port: stream.localAddress?.port ?? 0).get()
        server.channels.withLock { $0 = [stream, datagrams] }
        return server
    }

    private init(_ script: Script) {
        self.script = Mutex(script)
    }

    func change(_ body: (inout Script) -> Void) { script.withLock { body(&$0) } }

    func stop() async throws {
        for channel in channels.withLock({ $0 }) { try await channel.close().get() }
    }

    /// The messages that answer a query.
    fileprivate func answers(to query: [UInt8], overTCP: Bool) -> [[UInt8]] {
        queries.add(1)
        if overTCP { streamQueries.add(1) }
        let script = script.withLock { $0 }
        guard !script.isSilent, let (name, end) = DNSResponse.name(in: query, at: 12), end + 4 <= query.count else {
            return []
        }
        let type = Int(query[end]) << 8 | Int(query[end + 1])
        var records: [[UInt8]] = []
        var additional: [[UInt8]] = []
        if script.code == 0, type == 33 {
            for service in script.services {
                records.append(service.record(ttl: script.ttl))
                if script.hasAdditional, let record = service.addressRecord(ttl: script.ttl) {
                    additional.append(record)
                }
            }
        } else if script.code == 0, type == 1 {
            records = script.services.filter { (try? DomainName($0.target)) == name }
                .compactMap { $0.addressRecord(ttl: script.ttl) }.prefix(1).map { $0 }
        }
        let isTruncated = script.truncates && !overTCP
        if isTruncated { (records, additional) = (Array(records.prefix(1)), []) }
        let header: [UInt8] = [
            query[0], query[1], 0x84 | (isTruncated ? 2 : 0), script.code, 0, 1, 0, UInt8(records.count), 0, 0, 0,
            UInt8(additional.count),
        ]
        let question = Array(query[12..<end + 4])
        let answer = header + question + records.flatMap { $0 } + additional.flatMap { $0 }
        guard script.hasForgeries, !overTCP else { return [answer] }
        var wrongID = answer
        wrongID[0] ^= 0xFF
        var wrongQuestion = answer
        wrongQuestion[13] ^= 1
        // Both would name no server at all.
        for index in [6, 7, 10, 11] {
            wrongID[index] = 0
            wrongQuestion[index] = 0
        }
        return [wrongID, wrongQuestion, [0], answer]
    }

    private final class DatagramHandler: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        private let server: ScriptedNameServer

        init(_ server: ScriptedNameServer) { self.server = server }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let query = Self.unwrapInboundIn(data)
            for answer in server.answers(to: Array(query.data.readableBytesView), overTCP: false) {
                let envelope = AddressedEnvelope(remoteAddress: query.remoteAddress, data: ByteBuffer(bytes: answer))
                context.writeAndFlush(NIOAny(envelope), promise: nil)
            }
        }
    }

    private final class StreamHandler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let server: ScriptedNameServer

        init(_ server: ScriptedNameServer) { self.server = server }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let query = Array(Self.unwrapInboundIn(data).readableBytesView.dropFirst(2))
            for answer in server.answers(to: query, overTCP: true) {
                var buffer = ByteBuffer()
                buffer.writeInteger(UInt16(answer.count))
                buffer.writeBytes(answer)
                // In two pieces, which a client has to put together.
                let first = buffer.readSlice(length: 7) ?? ByteBuffer()
                context.writeAndFlush(NIOAny(first), promise: nil)
                context.writeAndFlush(NIOAny(buffer), promise: nil)
            }
        }
    }
}

extension ScriptedNameServer.Service {
    private var targetName: [UInt8] { (try? DomainName(target).wire) ?? [0] }

    fileprivate func record(ttl: UInt8) -> [UInt8] {
        var rdata: [UInt8] = []
        for word in [priority, weight, port] { rdata += [UInt8(word >> 8), UInt8(word & 0xFF)] }
        rdata += targetName
        return [0xC0, 12, 0, 33, 0, 1, 0, 0, 0, ttl, 0, UInt8(rdata.count)] + rdata
    }

    fileprivate func addressRecord(ttl: UInt8) -> [UInt8]? {
        guard let address else { return nil }
        return targetName + [0, address.count == 4 ? 1 : 28, 0, 1, 0, 0, 0, ttl, 0, UInt8(address.count)] + address
    }
}
