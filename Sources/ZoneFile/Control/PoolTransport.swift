import DNSWire

/// How the proxy takes what it passes on to the servers of a pool, and what it tells them of the client.
package struct PoolTransport: Hashable, Sendable {
    /// How far the proxy looks into what it passes on.
    package enum Mode: String, CaseIterable, Sendable, Hashable {
        /// Requests of HTTP, each for itself.
        case http
        /// Connections, octet for octet.
        case tcp
        /// Datagrams, in flows of one client each.
        case udp
    }

    /// The versions of the PROXY protocol, by which a proxy tells a server who the client is.
    package enum ProxyProtocol: String, CaseIterable, Sendable, Hashable {
        /// A line of text.
        case v1
        /// A binary header.
        case v2
    }

    /// `mode=`; without it `udp` when the owner name has the label `_udp`, else `http`.
    package var mode: Mode
    /// `listen=`: the port at the proxy that is the pool's alone; `nil` in the mode `http`.
    package var port: UInt16?
    /// `proxy-protocol=`: what each connection to a server begins with; default nothing.
    package var proxyProtocol: ProxyProtocol?

    package init(mode: Mode = .http, port: UInt16? = nil, proxyProtocol: ProxyProtocol? = nil) {
        self.mode = mode
        self.port = port
        self.proxyProtocol = proxyProtocol
    }

    /// The keys that say it.
    static let keys = ["mode", "listen", "proxy-protocol"]
}

/// The fields of a POOL record that make a ``PoolTransport``.
struct PoolTransportFields {
    private var mode: (value: PoolTransport.Mode, field: ControlFields.Field)?
    private var port: (value: UInt16, field: ControlFields.Field)?
    private var proxyProtocol: (value: PoolTransport.ProxyProtocol, field: ControlFields.Field)?
    private var isFaulty = false

    /// Reads a field of one of `PoolTransport.keys`.
    mutating func read(_ field: ControlFields.Field, _ fields: inout ControlFields) {
        switch field.key {
        case "mode":
            mode = fields.value(field, "http, tcp or udp") { PoolTransport.Mode(rawValue: $0.lowercased()) }
                .map { ($0, field) }
            if mode == nil { isFaulty = true }
        case "listen":
            port = fields.value(field, "a port from 1 to 65535") {
                ControlValues.integer($0, in: 1...65_535).map(UInt16.init(clamping:))
            }
            .map { ($0, field) }
            if port == nil { isFaulty = true }
        default:
            proxyProtocol = fields.value(field, "v1 or v2") {
                PoolTransport.ProxyProtocol(rawValue: $0.lowercased())
            }
            .map { ($0, field) }
        }
    }

    /// What the fields say together; notes what contradicts the owner name or another field.
    func transport(of name: DomainName, _ fields: inout ControlFields) -> PoolTransport {
        let labels = name.labels
        let isUDP = labels.count > 1 && labels[1].map(asciiLowercased) == Array("_udp".utf8)
        let mode = mode?.value ?? (isUDP ? .udp : .http)
        guard !isFaulty else { return PoolTransport(mode: mode) }
        if let given = self.mode, (given.value == .udp) != isUDP {
            let expected = isUDP ? "a name with _udp has mode=udp" : "mode=udp is for names with _udp"
            fields.fail(.badValue("mode", value: given.value.rawValue, expected: expected), given.field)
        } else if mode == .http, let port {
            let expected = "with listen= give mode=tcp; HTTP is taken where the region listens"
            fields.fail(.badValue("listen", value: "\(port.value)", expected: expected), port.field)
        } else if mode != .http, port == nil {
            fields.fail(.missingKey("listen"), nil)
        }
        if mode == .udp, let proxyProtocol {
            let expected = "datagrams have no connection to begin with it"
            fields.fail(
                .badValue("proxy-protocol", value: proxyProtocol.value.rawValue, expected: expected),
                proxyProtocol.field
            )
        }
        return PoolTransport(mode: mode, port: port?.value, proxyProtocol: proxyProtocol?.value)
    }
}
