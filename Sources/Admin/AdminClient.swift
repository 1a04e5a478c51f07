import Addressing
import Foundation
package import HTTPTypes
import NIOCore
import NIOHTTP1
package import NIOPosix

/// Asks a process that has an ``AdminListener``, one connection a request.
package struct AdminClient: Sendable {
    /// What is asked.
    package let address: AdminAddress
    private let token: AdminToken?
    private let timeout: Duration
    private let longestResponse: Int
    private let group: MultiThreadedEventLoopGroup

    /// Octets of a response that are read at most, where nothing else is said.
    package static let longestResponse = 64 * 1024 * 1024

    /// - Parameters:
    ///   - token: shown to TCP addresses.
    ///   - timeout: for the connection, and for the exchange on it.
    ///   - longestResponse: octets of a body that are read at most.
    package init(
        _ address: AdminAddress,
        token: AdminToken? = nil,
        timeout: Duration = .seconds(30),
        longestResponse: Int = Self.longestResponse,
        on group: MultiThreadedEventLoopGroup
    ) {
        self.address = address
        self.token = token
        self.timeout = timeout
        self.longestResponse = longestResponse
        self.group = group
    }

    /// What was answered.
    package struct Answer: Sendable {
        package var status: HTTPResponse.Status
        package var body: [UInt8]

        /// The body as a value.
        ///
        /// - Throws: ``AdminClientError/badAnswer(_:_:)`` when it is not of this form.
        package func decode<Value: Decodable>(_ type: Value.Type, from address: AdminAddress) throws(AdminClientError)
            -> Value
        {
            do {
                return try JSONDecoder().decode(type, from: Data(body))
            } catch {
                throw .badAnswer(address, "it is not of the form expected")
            }
        }
    }

    /// Asks, and takes any status for an answer.
    ///
    /// - Parameters:
    ///   - path: with a slash before it; what of it are values must be percent-encoded already (``encode(_:)``).
    ///   - query: pairs, encoded here.
    ///   - body: JSON.
    /// - Throws: ``AdminClientError``
    package func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        query: [(name: String, value: String)] = [],
        body: [UInt8] = []
    ) async throws(AdminClientError) -> Answer {
        let pairs = query.map { "\(Self.encode($0.name))=\(Self.encode($0.value))" }
        let target = path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
        let channel = try await connect()
        let deadline = channel.channel.eventLoop.scheduleTask(in: TimeAmount(timeout)) {
            channel.channel.close(promise: nil)
        }
        defer { deadline.cancel() }
        do {
            let answer = try await channel.executeThenClose { inbound, outbound in
                var head = HTTPRequestHead(version: .http1_1, method: .RAW(value: method.rawValue), uri: target)
                head.headers.add(name: "Host", value: "localhost")
                head.headers.add(name: "Connection", value: "close")
                if let token, address.needsToken { head.headers.add(name: "Authorization", value: token.authorization) }
                if !body.isEmpty { head.headers.add(name: "Content-Type", value: "application/json") }
                if !body.isEmpty || method == .post {
                    head.headers.add(name: "Content-Length", value: String(body.count))
                }
                var parts = [HTTPClientRequestPart.head(head)]
                if !body.isEmpty { parts.append(.body(.byteBuffer(ByteBuffer(bytes: body)))) }
                // Who refuses a request may answer and close before all of it is written; the answer counts.
                try? await outbound.write(contentsOf: parts + [.end(nil)])
                return try await Self.read(inbound, atMost: longestResponse)
            }
            guard let answer else { throw AdminClientError.noAnswer(address) }
            return answer
        } catch let error as AdminClientError {
            throw error
        } catch is NIOTooManyBytesError {
            throw .badAnswer(address, "it is longer than \(longestResponse) octets")
        } catch is HTTPParserError {
            throw .badAnswer(address, "it is no HTTP")
        } catch {
            throw .noAnswer(address)
        }
    }

    /// Whether something listens there.
    ///
    /// - Throws: ``AdminClientError/unreachable(_:_:)`` when nothing does.
    package func probe() async throws(AdminClientError) {
        let connection = try await connect()
        try? await connection.channel.close()
    }

    /// Asks for a value.
    ///
    /// - Throws: ``AdminClientError``, also when the request is refused.
    package func get<Value: Decodable>(
        _ path: String,
        query: [(name: String, value: String)] = [],
        as type: Value.Type = Value.self
    ) async throws(AdminClientError) -> Value {
        try await accepted(send(.get, path, query: query)).decode(type, from: address)
    }

    /// Gives an order.
    ///
    /// - Throws: ``AdminClientError``, also when the request is refused.
    package func post<Value: Decodable>(
        _ path: String,
        _ order: some Encodable,
        as type: Value.Type = Value.self
    ) async throws(AdminClientError) -> Value {
        guard let body = try? JSONEncoder().encode(order) else {
            throw .badAnswer(address, "the order cannot be written as JSON")
        }
        return try await accepted(send(.post, path, body: Array(body))).decode(type, from: address)
    }

    /// Text as it stands in a path or query: what is not unreserved (RFC 3986 section 2.3) is percent-encoded.
    package static func encode(_ text: String) -> String {
        var encoded = ""
        for octet in text.utf8 {
            let isUnreserved =
                octet < 0x80 && (Character(UnicodeScalar(octet)).isLetter || (0x30...0x39).contains(octet))
            if isUnreserved || "-._~".utf8.contains(octet) {
                encoded.unicodeScalars.append(UnicodeScalar(octet))
            } else {
                encoded += "%" + (octet < 16 ? "0" : "") + String(octet, radix: 16, uppercase: true)
            }
        }
        return encoded
    }

    // MARK: - Connections

    private typealias Connection = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    private func connect() async throws(AdminClientError) -> Connection {
        let bootstrap = ClientBootstrap(group: group).connectTimeout(TimeAmount(min(timeout, .seconds(5))))
        let initialize: @Sendable (any Channel) -> EventLoopFuture<Connection> = { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHTTPClientHandlers()
                return try Connection(wrappingChannelSynchronously: channel)
            }
        }
        do {
            switch address {
            case .socket(let path):
                return try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: initialize)
            case .endpoint(let endpoint):
                return try await bootstrap.connect(
                    host: endpoint.address.description,
                    port: Int(endpoint.port),
                    channelInitializer: initialize
                )
            }
        } catch let error as IOError {
            throw .unreachable(address, String(systemError: error.errnoCode))
        } catch {
            throw .unreachable(address, "\(error)")
        }
    }

    /// Reads a whole response; `nil` when the connection ends before it does.
    private static func read(
        _ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>,
        atMost longestResponse: Int
    ) async throws -> Answer? {
        var status: HTTPResponse.Status?
        var body: [UInt8] = []
        for try await part in inbound {
            switch part {
            case .head(let head): status = HTTPResponse.Status(code: Int(head.status.code))
            case .body(let buffer):
                guard body.count + buffer.readableBytes <= longestResponse else {
                    throw NIOTooManyBytesError(maxBytes: longestResponse)
                }
                body += Array(buffer: buffer)
            case .end: return status.map { Answer(status: $0, body: body) }
            }
        }
        return nil
    }

    private func accepted(_ answer: Answer) throws(AdminClientError) -> Answer {
        guard answer.status.kind != .successful else { return answer }
        let fault = try? JSONDecoder().decode(AdminFault.Body.self, from: Data(answer.body))
        throw .refused(AdminFault(answer.status, fault?.error ?? answer.status.reasonPhrase))
    }
}

/// Why there is no answer, or none of use.
package enum AdminClientError: Error, Sendable, CustomStringConvertible {
    /// No connection.
    case unreachable(AdminAddress, String)
    /// The connection ended, or the time did, before the answer did.
    case noAnswer(AdminAddress)
    /// An answer that cannot be read.
    case badAnswer(AdminAddress, String)
    /// The request was refused.
    case refused(AdminFault)

    package var description: String {
        switch self {
        case .unreachable(let address, let message): "nothing answers at \(address): \(message)"
        case .noAnswer(let address): "\(address) did not answer in time"
        case .badAnswer(let address, let message): "\(address) gave an answer that cannot be read: \(message)"
        case .refused(let fault): fault.message
        }
    }
}
