import Addressing
import DNSWire

extension PoolRecord.Key {
    /// What the text must look like.
    static let form = "source, uri, header:NAME, cookie:NAME or query:NAME"

    /// Reads the value of `key=`; a field's name is taken in lower case.
    init?(text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else {
            switch text.lowercased() {
            case "source": self = .source
            case "uri": self = .uri
            default: return nil
            }
            return
        }
        let name = parts[1]
        // A token (RFC 9110 section 5.6.2), which names of fields and cookies are and those of parameters can be.
        let isToken = !name.isEmpty && name.utf8.count <= 128 && name.utf8.allSatisfy(Self.isTokenOctet)
        guard isToken else { return nil }
        switch parts[0].lowercased() {
        case "header": self = .header(name.lowercased())
        case "cookie": self = .cookie(name)
        case "query": self = .query(name)
        default: return nil
        }
    }

    private static func isTokenOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(octet)
        }
    }
}

extension PoolRecord.Discovery {
    /// What the text must look like.
    static let form = "NAME@ADDRESS or NAME@ADDRESS:PORT, such as _http._tcp.example.net@192.0.2.1:53"

    /// Reads the value of `discover=`; port 53 when none is given.
    init?(text: String) {
        guard let at = text.lastIndex(of: "@"), at > text.startIndex,
            let name = ControlValues.name(text[..<at]), !name.isRoot,
            let server = Endpoint(text[text.index(after: at)...], defaultPort: 53), server.port > 0
        else { return nil }
        self.init(name: name, server: server)
    }
}
