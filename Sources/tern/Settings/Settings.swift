import Yams

/// What `tern.yaml` says; every part may be left out, and an option on the command line goes before it.
///
///     zones: [zones/]
///     geoip: /var/lib/GeoIP/GeoLite2-City.mmdb
///     serve:
///       listen: ["192.0.2.53:53", "[2001:db8::53]:53"]
///       workers: 4
///       control-acl: [127.0.0.0/8, "::1"]
///       identity: ns1.example.com
///       admin: {socket: /run/tern/serve.sock, listen: ["192.0.2.53:8053"], token-file: /etc/tern/token}
///     proxy:
///       region: us-east
///       listen: ["192.0.2.10:80"]
///       timeouts: { connect: 1s, total: 5m }
struct Settings {
    var zones: [String]?
    var geoip: String?
    var serve = Serve()
    var proxy = Proxy()

    init() {}

    /// Reads YAML.
    ///
    /// - Parameter file: the name for error messages.
    /// - Throws: ``Failure`` with `file:line:column`, for text that is no YAML, an unknown key or a value of another
    ///   kind than the key has.
    init(yaml: String, file: String) throws {
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch let error as YamlError {
            throw Failure("\(file): \(error)")
        }
        guard let root, root.null == nil else { return }
        let reader = SettingsReader(file: file)
        for (key, value) in try reader.mapping(root, keys: ["zones", "geoip", "serve", "proxy"]) {
            switch key {
            case "zones": zones = try reader.strings(value, key)
            case "geoip": geoip = try reader.string(value, key)
            case "serve": serve = try Serve(value, reader)
            default: proxy = try Proxy(value, reader)
            }
        }
    }
}
