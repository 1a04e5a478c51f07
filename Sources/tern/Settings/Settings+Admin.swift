import Addressing
import Admin
import Yams

extension Settings {
    /// `admin`, in `serve` and `proxy`: where the process can be asked and told.
    struct Admin {
        /// `socket`: where its socket is to be.
        enum Socket: Equatable {
            /// Where it is when nothing is said.
            case standard
            /// `none`
            case none
            case path(String)
        }

        var socket = Socket.standard
        /// `listen`: TCP addresses.
        var listen: [Endpoint] = []
        /// `token-file`: holds what callers over TCP must show.
        var tokenFile: String?

        /// The addresses that the file names.
        var addresses: [AdminAddress] {
            var addresses = listen.map { AdminAddress.endpoint($0) }
            if case .path(let path) = socket { addresses.insert(.socket(path), at: 0) }
            return addresses
        }
    }
}

extension Settings.Admin {
    init(_ node: Node, _ reader: SettingsReader) throws {
        for (key, value) in try reader.mapping(node, keys: ["socket", "listen", "token-file"]) {
            switch key {
            case "socket":
                let path = try reader.string(value, key)
                guard path == "none" || path.contains("/") else {
                    throw reader.failure(value, "socket must be a path such as /run/tern/serve.sock, or none")
                }
                socket = path == "none" ? .none : .path(path)
            case "token-file": tokenFile = try reader.string(value, key)
            default:
                listen = try reader.strings(value, key).map { text in
                    guard let endpoint = Endpoint(text) else {
                        throw reader.failure(value, "'\(text)' is no address and port; write 127.0.0.1:8053")
                    }
                    return endpoint
                }
            }
        }
        guard listen.isEmpty || tokenFile != nil else {
            throw reader.failure(node, "an admin address needs a token-file; only a socket does without")
        }
    }
}
