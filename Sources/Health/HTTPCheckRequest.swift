import Addressing
import NIOCore
import TLSTransport
import Telemetry
import ZoneFile

/// A GET as a check sends it, and what it expects.
struct HTTPCheckRequest: Sendable {
    /// Where it is sent.
    let address: SocketAddress
    /// The whole request.
    let octets: ByteBuffer
    /// Whether a proxy is asked for the round trips to its clients: see ``octets(since:)``.
    let asksRoundTrips: Bool
    /// Status codes that pass.
    let statuses: [ClosedRange<Int>]
    /// What must be in the body; empty for nothing.
    let expect: [UInt8]
    /// Whether the body is the report of a proxy, which decides.
    let readsReport: Bool
    /// Whether the connection is kept for the next check when the server keeps it.
    let keepsConnection: Bool
    /// How TLS is spoken; `nil` for plain HTTP.
    let tls: TLSClientContext?
    /// Whom the certificate must be for.
    let peer: TLSPeerName

    /// Connections are kept when checks follow each other no slower than this; servers close idle ones soon after.
    static let longestIdleTime = Duration.seconds(30)

    /// For checks that verify: the roots of the system, read when the first such check is made.
    private static let verifying = Result { () throws(TLSError) in
        try TLSClientContext(applicationProtocols: ["http/1.1"])
    }
    private static let accepting = Result { () throws(TLSError) in
        try TLSClientContext(trust: .anyone, applicationProtocols: ["http/1.1"])
    }

    init(
        _ subject: CheckRequest.Subject,
        port: UInt16?,
        path: String,
        _ options: CheckTarget.HTTPOptions,
        isSecure: Bool,
        readsReport: Bool = false,
        asksRoundTrips: Bool = false,
        schedule: CheckSchedule
    ) throws(CheckConfigurationError) {
        self.readsReport = readsReport
        self.asksRoundTrips = asksRoundTrips
        address = try subject.address(port: port)
        statuses = options.statuses
        expect = Array((options.expect ?? "").utf8)
        keepsConnection = schedule.interval <= Self.longestIdleTime
        let asked = Endpoint(subject.endpoint.address, port: port ?? subject.endpoint.port)
        let host = options.host ?? subject.authority
        octets = try Self.request(path, host: host ?? asked.description, fields: options.fields)
        peer = Self.peer(host, asked)
        guard isSecure else {
            tls = nil
            return
        }
        do throws(TLSError) {
            if !options.verifiesCertificate {
                tls = try Self.accepting.get()
            } else if let context = subject.tls {
                tls = context
            } else {
                tls = try Self.verifying.get()
            }
            // A name that cannot be used is found here rather than at every check.
            if let tls { _ = try TLSConnection(client: tls, peer: peer) }
        } catch {
            throw .tls(error)
        }
    }

    /// Asks a Tern proxy for its state.
    init(
        report subject: CheckRequest.Subject,
        port: UInt16,
        schedule: CheckSchedule
    ) throws(CheckConfigurationError) {
        var options = CheckTarget.HTTPOptions()
        if let key = subject.reportKey {
            options.fields.append(CheckTarget.HTTPOptions.Field(name: "Authorization", value: "Bearer " + key))
        }
        try self.init(
            subject,
            port: port,
            path: Self.reportPath,
            options,
            isSecure: false,
            readsReport: true,
            asksRoundTrips: subject.asksRoundTrips,
            schedule: schedule
        )
    }

    private static let reportPath = "/tern/state?form=binary"

    /// The request to a proxy that is asked for what it has measured since it was asked before.
    func octets(since cursor: RoundTripCursor) -> ByteBuffer {
        guard asksRoundTrips else { return octets }
        var rest = octets
        guard let head = rest.readSlice(length: "GET \(Self.reportPath)".utf8.count) else { return octets }
        var whole = head
        whole.writeString("&since=\(cursor)")
        whole.writeBuffer(&rest)
        return whole
    }

    /// Only octets that cannot end the request line or a field are let through.
    private static func request(
        _ path: String,
        host: String,
        fields: [CheckTarget.HTTPOptions.Field]
    ) throws(CheckConfigurationError) -> ByteBuffer {
        let visible: ClosedRange<UInt8> = 0x21...0x7e
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.allSatisfy({ visible.contains($0) && $0 != 0x23 }) else {
            throw .invalidPath(path)
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ visible.contains($0) }) else { throw .invalidAuthority(host) }
        var text = "GET \(path) HTTP/1.1\r\nHost: \(host)\r\n"
        for field in fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy({ visible.contains($0) && $0 != 0x3a }),
                field.value.utf8.allSatisfy({ (0x20...0x7e).contains($0) || $0 == 0x09 })
            else { throw .invalidField(field.name) }
            text += "\(field.name): \(field.value)\r\n"
        }
        let given = Set(fields.map { $0.name.lowercased() })
        for (name, value) in [("User-Agent", "tern-health"), ("Accept", "*/*")] where !given.contains(name.lowercased())
        {
            text += "\(name): \(value)\r\n"
        }
        return ByteBuffer(string: text + "\r\n")
    }

    /// Whom to expect: the host without its port, or the address.
    private static func peer(_ host: String?, _ asked: Endpoint) -> TLSPeerName {
        guard let host else { return .address("\(asked.address)") }
        if let address = IPAddress(host) ?? Endpoint(host)?.address { return .address("\(address)") }
        let name = host.prefix { $0 != ":" }
        return .host(String(name.hasSuffix(".") ? name.dropLast() : name))
    }
}

extension HTTPCheckRequest: Hashable {
    static func == (left: HTTPCheckRequest, right: HTTPCheckRequest) -> Bool {
        left.address == right.address && left.octets == right.octets && left.statuses == right.statuses
            && left.expect == right.expect && left.keepsConnection == right.keepsConnection && left.tls === right.tls
            && left.peer == right.peer && left.readsReport == right.readsReport
            && left.asksRoundTrips == right.asksRoundTrips
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(address)
        hasher.combine(octets)
    }
}
