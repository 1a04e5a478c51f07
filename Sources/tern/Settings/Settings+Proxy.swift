import Addressing
import Proxy
import Yams

extension Settings {
    /// Options of `tern proxy`.
    struct Proxy {
        /// `region`: as `--region`.
        var region: String?
        /// `listen`: as `--listen`.
        var listen: [String]?
        /// `hand-over`: as `--hand-over`.
        var handover: String?
        /// `trusted-proxies`: networks whose X-Forwarded-* fields are kept.
        var trusted: [IPPrefix] = []
        /// `proxy-protocol-from`: networks whose connections begin with a PROXY protocol header.
        var proxyHeaderPeers: [IPPrefix] = []
        /// `pretend-round-trips`: as `--pretend-round-trips`.
        var pretendedRoundTrips: String?
        /// `admin`: where it can be asked.
        var admin = Settings.Admin()
        /// `timeouts`, over the defaults.
        var limits = ProxyLimits()

        /// The keys, for error messages.
        static let keys = [
            "region", "listen", "hand-over", "trusted-proxies", "proxy-protocol-from", "pretend-round-trips", "admin",
            "timeouts",
        ]
    }
}

extension Settings.Proxy {
    init(_ node: Node, _ reader: SettingsReader) throws {
        for (key, value) in try reader.mapping(node, keys: Self.keys) {
            switch key {
            case "region": region = try reader.string(value, key)
            case "listen": listen = try reader.strings(value, key)
            case "hand-over": handover = try reader.string(value, key)
            case "trusted-proxies": trusted = try reader.networks(value, key)
            case "admin": admin = try Settings.Admin(value, reader)
            case "pretend-round-trips": pretendedRoundTrips = try reader.string(value, key)
            case "proxy-protocol-from": proxyHeaderPeers = try reader.networks(value, key)
            default: try limits.readTimeouts(value, reader)
            }
        }
    }
}

extension ProxyLimits {
    /// The keys of `timeouts` and what each bounds.
    private static var timeouts: [(key: String, limit: WritableKeyPath<ProxyLimits, Duration>)] {
        [
            ("connect", \.connect), ("request-head", \.requestHead), ("idle", \.keepAlive),
            ("response-head", \.responseHead), ("between-bytes", \.stalledBody), ("tunnel", \.idleTunnel),
            ("flow", \.idleFlow), ("idle-server", \.idleUpstream), ("stop", \.stop), ("drain", \.drain),
        ]
    }

    fileprivate mutating func readTimeouts(_ node: Node, _ reader: SettingsReader) throws {
        for (key, value) in try reader.mapping(node, keys: Self.timeouts.map(\.key) + ["total"]) {
            if key == "total" {
                total = try reader.string(value, key) == "none" ? nil : try reader.duration(value, key)
            } else if let (_, limit) = Self.timeouts.first(where: { $0.key == key }) {
                self[keyPath: limit] = try reader.duration(value, key)
            }
        }
    }
}
