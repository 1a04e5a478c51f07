import Addressing
import DNSWire
import NIOCore
import NIOPosix
import Testing
import ZoneFile

@testable import Health

@Suite(.timeLimit(.minutes(1))) struct DNSCheckTests {
    private static let question = DNSQuestion(
        name: DomainName(validated: [1, 0x61, 4] + Array("test".utf8) + [0]),
        type: .mx
    )

    @Test func theQueryIsOneQuestion() {
        #expect(
            Self.question.query(id: 0x1234) == [
                0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x61, 4, 0x74, 0x65, 0x73, 0x74, 0, 0, 15, 0, 1,
            ]
        )
    }

    /// A response to the question, with some of its octets changed.
    private static func response(flags: UInt16 = 0x8180, answers: UInt8 = 1, _ changes: [Int: UInt8] = [:]) -> [UInt8] {
        var message = question.query(id: 0x1234)
        message[2] = UInt8(flags >> 8)
        message[3] = UInt8(flags & 0xff)
        message[7] = answers
        for (position, octet) in changes { message[position] = octet }
        return message
    }

    @Test(
        arguments: [
            (response(), .passed(.answers(1))), (response(flags: 0x8400, answers: 3), .passed(.answers(3))),
            (response([13: 0x41]), .passed(.answers(1))), (response(flags: 0x8380, answers: 0), .passed(.answers(0))),
            (response(answers: 0), .failed(.noAnswer)), (response(flags: 0x8183), .failed(.rcode(.nxDomain))),
            (response(flags: 0x8182), .failed(.rcode(.servFail))),
            (Array(response(flags: 0x8181, [5: 0]).prefix(12)), .failed(.rcode(.formErr))),
            (response([0: 0]), nil), (response(flags: 0x0100), nil), (response(flags: 0xa180), nil),
            (response([13: 0x62]), nil), (response([21: 16]), nil), (response([23: 3]), nil), (response([5: 2]), nil),
            (Array(response().dropLast()), nil), (Array(response([5: 0]).prefix(12)), nil),
            (Array(response().prefix(11)), nil), ([], nil),
        ] as [([UInt8], CheckOutcome?)]
    )
    func onlyTheResponseCounts(message: [UInt8], expected: CheckOutcome?) {
        #expect(Self.question.outcome(of: message, id: 0x1234) == expected)
    }

    // MARK: - Over a socket

    /// Answers each query with `answers`, in which the first two octets become the ID.
    private final class Server: ChannelInboundHandler, Sendable {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        typealias OutboundOut = AddressedEnvelope<ByteBuffer>
        private let answers: [[UInt8]]

        init(_ answers: [[UInt8]]) { self.answers = answers }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let query = Self.unwrapInboundIn(data)
            for answer in answers {
                let octets = (query.data.getBytes(at: query.data.readerIndex, length: 2) ?? []) + answer.dropFirst(2)
                let envelope = AddressedEnvelope(remoteAddress: query.remoteAddress, data: ByteBuffer(bytes: octets))
                context.writeAndFlush(Self.wrapOutboundOut(envelope), promise: nil)
            }
        }
    }

    private func outcome(of answers: [[UInt8]], timeout: Duration = .seconds(20)) async throws -> CheckOutcome? {
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await DatagramBootstrap(group: group)
            .channelInitializer { $0.pipeline.addHandler(Server(answers)) }
            .bind(host: "127.0.0.1", port: 0).get()
        let target = try HealthTarget(
            .init(label: "", endpoint: Endpoint(IPAddress(v4: 0x7f00_0001), port: 1)),
            check: .dns(
                port: UInt16(server.localAddress?.port ?? 0),
                name: Self.question.name,
                type: Self.question.type
            ),
            schedule: CheckSchedule(interval: .seconds(60), timeout: timeout)
        )
        let outcome = try await target.checkOnce(on: group.next()).get()
        try await server.close()
        return outcome
    }

    @Test func aNameServerIsAsked() async throws {
        #expect(try await outcome(of: [Self.response()]) == .passed(.answers(1)))
        #expect(try await outcome(of: [Self.response(flags: 0x8183)]) == .failed(.rcode(.nxDomain)))
    }

    @Test func whatIsNotTheResponseIsPassedOver() async throws {
        #expect(
            try await outcome(of: [[], [1, 2, 3], Self.response([13: 0x62]), Self.response()]) == .passed(.answers(1))
        )
    }

    @Test func silenceEndsWithTheTimeout() async throws {
        #expect(try await outcome(of: [], timeout: .milliseconds(50)) == .failed(.timeout(.milliseconds(50))))
    }

    @Test func aClosedPortIsRefused() async throws {
        let endpoint = try await LoopbackServer(.silent)
        let target = try HealthTarget(
            .init(label: "", endpoint: endpoint.endpoint),
            check: .dns(port: nil, name: Self.question.name, type: .a),
            schedule: CheckSchedule(interval: .seconds(60), timeout: .seconds(20))
        )
        let outcome = try await target.checkOnce(on: MultiThreadedEventLoopGroup.singleton.next()).get()
        #expect(outcome == .failed(.connectionRefused))
        try await endpoint.stop()
    }
}
