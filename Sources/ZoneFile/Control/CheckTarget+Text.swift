import DNSWire

extension CheckTarget {
    /// Reads the value of `check=`; the path is `/` and the type `A` when not given, the options are the default ones.
    ///
    /// A colon may stand before the path without a port: `http:/health`. A slash in the name that a dns check asks for
    /// is written `\047`. The arguments of a program are separated by spaces and cannot contain any.
    ///
    /// - Returns: `nil` for anything else, also for port 0.
    package init?(text: String) {
        if text.prefix(5).lowercased() == "exec:" {
            self.init(program: text.dropFirst(5))
            return
        }
        let path = text.firstIndex(of: "/").map { String(text[$0...]) }
        let parts = text.prefix { $0 != "/" }.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var port: UInt16?
        if parts.count == 2, !(parts[1].isEmpty && path != nil) {
            guard let number = ControlValues.integer(parts[1], in: 1...65535) else { return nil }
            port = UInt16(number)
        }
        // A fragment is not part of a request (RFC 9110 section 7.1).
        guard path?.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }) ?? true else {
            return nil
        }
        switch parts[0].lowercased() {
        case "none" where parts.count == 1 && path == nil: self = .none
        case "tcp" where path == nil: self = .tcp(port: port)
        case "tern" where path == nil:
            guard let port else { return nil }
            self = .tern(port: port)
        case "http": self = .http(port: port, path: path ?? "/")
        case "https": self = .https(port: port, path: path ?? "/")
        case "dns":
            guard let path else { return nil }
            self.init(question: path.dropFirst(), port: port)
        default: return nil
        }
    }

    /// Reads `NAME[/TYPE]`.
    private init?(question: Substring, port: UInt16?) {
        let parts = question.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = ControlValues.name(parts[0]) else { return nil }
        guard let type = parts.count == 2 ? RRType(parts[1]) : .a, !type.isMeta, type.rawValue != 0 else { return nil }
        self = .dns(port: port, name: name, type: type)
    }

    /// Reads `/PROGRAM [ARGUMENT]...`.
    private init?(program: Substring) {
        let words = program.split(separator: " ").map(String.init)
        guard let path = words.first, path.hasPrefix("/"), !path.hasSuffix("/"), program.first == "/",
            !program.utf8.contains(0)
        else { return nil }
        self = .exec(path: path, arguments: Array(words.dropFirst()))
    }

    /// What the text must look like.
    static let form =
        "none, tcp[:PORT], tern:PORT, http[:PORT][/PATH], https[:PORT][/PATH], dns[:PORT]/NAME[/TYPE] or"
        + " \"exec:/PROGRAM ARGUMENT...\", with a port from 1 to 65535"
}
