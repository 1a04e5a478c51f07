import Addressing
import Authority
import DNSServer
import DNSWire
import Steering
import Yams

extension Settings {
    /// Options of `tern serve`.
    struct Serve {
        /// `listen`: addresses, with or without a port.
        var listen: [String]?
        /// `workers`: threads for each address.
        var workers: Int?
        /// `pin-workers`: whether each worker stays on a processor of its own.
        var pinsWorkers = false
        /// `control-acl`: who sees control records.
        var controlAccess: [IPPrefix]?
        /// `zone-acl`: who may ask, for the zones that are not for everyone.
        var zoneAccess: [DomainName: [IPPrefix]] = [:]
        /// `rate-limit`: bounds on the responses to one network.
        var rateLimits: RateLimiter.Limits?
        /// `tcp`: bounds on stream clients.
        var tcpLimits = TCPLimits()
        /// `admin`: where it can be asked and told.
        var admin = Settings.Admin()
        /// `state-file`: where orders are kept across restarts.
        var stateFile: String?
        /// `report-key-file`: the file with the key that proxies want to see from who asks for their state.
        var reportKeyFile: String?
        /// `capacity`: how regions are kept within their capacity.
        var pacing = CapacityPacing()
        /// `latency`: how it is learned what proxies measured.
        var latency = Settings.Latency()
        /// `partition`: when it suspects itself instead of the regions.
        var partition = PartitionGuard.Settings()
        /// `quorum`: the other name servers that are asked.
        var quorum: Settings.Quorum?
        /// `identity`, `version`, `cookie-secrets`, `require-cookie`, `reporting-agent`.
        var responder = ResponderSettings()

        /// The keys, for error messages.
        static let keys = [
            "listen", "workers", "pin-workers", "control-acl", "zone-acl", "rate-limit", "tcp", "identity", "version",
            "cookie-secrets", "require-cookie", "reporting-agent", "admin", "state-file",
            "report-key-file", "capacity", "latency", "partition", "quorum",
        ]
    }
}

extension Settings.Serve {
    init(_ node: Node, _ reader: SettingsReader) throws {
        for (key, value) in try reader.mapping(node, keys: Self.keys) {
            switch key {
            case "listen": listen = try reader.strings(value, key)
            case "workers": workers = try reader.integer(value, key, in: 1...256)
            case "pin-workers": pinsWorkers = try reader.boolean(value, key)
            case "control-acl": controlAccess = try reader.networks(value, key)
            case "zone-acl":
                for (zone, networks) in try reader.mapping(value) {
                    guard let name = try? DomainName(zone) else {
                        throw reader.failure(networks, "'\(zone)' is no domain name")
                    }
                    zoneAccess[name] = try reader.networks(networks, key)
                }
            case "rate-limit": rateLimits = try RateLimiter.Limits(value, reader)
            case "tcp": tcpLimits = try TCPLimits(value, reader)
            case "admin": admin = try Settings.Admin(value, reader)
            case "state-file": stateFile = try reader.string(value, key)
            case "report-key-file": reportKeyFile = try reader.string(value, key)
            case "partition": partition = try PartitionGuard.Settings(value, reader)
            case "quorum": quorum = try Settings.Quorum(value, reader)
            case "capacity": pacing = try CapacityPacing(value, reader)
            case "latency": latency = try Settings.Latency(value, reader)
            case "identity": responder.identifier = try reader.shortText(value, key)
            case "version": responder.version = try reader.shortText(value, key)
            case "cookie-secrets": try readSecrets(value, reader)
            case "require-cookie": responder.requiresCookie = try reader.boolean(value, key)
            default:
                guard let name = try? DomainName(try reader.string(value, key)) else {
                    throw reader.failure(value, "reporting-agent must be a domain name")
                }
                responder.reportingAgent = name.wire
            }
        }
        responder.keepalive = UInt16(clamping: tcpLimits.idleTimeout.components.seconds * 10)
    }

    /// One secret, or two while one follows the other: cookies are made with the first and accepted from both.
    private mutating func readSecrets(_ node: Node, _ reader: SettingsReader) throws {
        let secrets = try reader.strings(node, "cookie-secrets").map { text in
            guard let octets = [UInt8](hexadecimal: text), let secret = CookieSecret(octets: octets) else {
                throw reader.failure(node, "cookie-secrets must be 32 hexadecimal digits each (openssl rand -hex 16)")
            }
            return secret
        }
        guard let first = secrets.first, secrets.count <= 2 else {
            throw reader.failure(node, "cookie-secrets takes one secret, or two while one follows the other")
        }
        responder.cookieSecret = first
        responder.otherCookieSecret = secrets.dropFirst().first
    }
}

extension RateLimiter.Limits {
    fileprivate init(_ node: Node, _ reader: SettingsReader) throws {
        self.init(rate: 0)
        for (key, value) in try reader.mapping(node, keys: ["responses-per-second", "slip", "exempt"]) {
            switch key {
            case "responses-per-second": rate = try reader.integer(value, key, in: 1...1_000_000)
            case "slip": slip = try reader.integer(value, key, in: 0...100)
            default: exempt = try reader.networks(value, key)
            }
        }
        guard rate > 0 else { throw reader.failure(node, "rate-limit needs responses-per-second") }
    }
}

extension TCPLimits {
    fileprivate init(_ node: Node, _ reader: SettingsReader) throws {
        self.init()
        for (key, value) in try reader.mapping(node, keys: ["idle-seconds", "connections", "connections-per-client"]) {
            switch key {
            case "idle-seconds": idleTimeout = .seconds(try reader.integer(value, key, in: 1...6000))
            case "connections": maximumConnections = try reader.integer(value, key, in: 1...1_000_000)
            default: maximumConnectionsPerClient = try reader.integer(value, key, in: 1...1_000_000)
            }
        }
    }
}

extension [UInt8] {
    /// Reads pairs of hexadecimal digits; `nil` when there is anything else.
    fileprivate init?(hexadecimal text: String) {
        let digits = text.map(\.hexDigitValue)
        guard digits.count.isMultiple(of: 2) else { return nil }
        self = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            append(UInt8(high << 4 | low))
        }
    }
}
