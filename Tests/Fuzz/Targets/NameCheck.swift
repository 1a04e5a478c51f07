import DNSWire

/// A name that is accepted is one in every form, and has the same octets after each way there and back.
enum NameCheck {
    /// The first octet says whether the rest is text or wire form.
    static func check(_ input: [UInt8]) throws(BrokenRule) {
        guard let form = input.first else { return }
        let rest = Array(input.dropFirst())
        if form & 1 == 0 { try checkText(rest) } else { try checkWire(rest) }
    }

    private static func checkText(_ text: [UInt8]) throws(BrokenRule) {
        let origin = try? DomainName("a.example")
        if let name = try? DomainName(presentation: text, origin: origin) { try checkName(name.wire) }
        // Without an origin only absolute names are accepted, and they are the same.
        if let absolute = try? DomainName(presentation: text, origin: nil) {
            let relative = try? DomainName(presentation: text, origin: origin)
            try require(relative?.wire == absolute.wire, "an absolute name depends on the origin")
        }
        if let string = String(validating: text, as: UTF8.self) { _ = try? DomainName(string) }
    }

    private static func checkWire(_ wire: [UInt8]) throws(BrokenRule) {
        let name = try? DomainName(wire: wire)
        var query = QueryName()
        let end = query.read(wire.span, at: 0)
        if let name {
            try require(end == wire.count, "a query's reader stops at \(String(describing: end))")
            try require(query.length == wire.count && query.labelCount == name.labelCount, "two lengths of a name")
            for index in wire.indices {
                try require(query[index] == asciiLowercased(wire[index]), "octet \(index) is read as \(query[index])")
            }
            try checkName(wire)
        } else if let end {
            // Octets after the name are nothing to the query's reader; a name followed by none is read by both.
            try require((try? DomainName(wire: wire[..<end])) != nil, "only the query's reader accepts the name")
        }
    }

    private static func checkName(_ wire: [UInt8]) throws(BrokenRule) {
        guard let name = try? DomainName(wire: wire) else { throw BrokenRule("no wire form: \(wire)") }
        let text = name.description
        let again = try? DomainName(presentation: Array(text.utf8), origin: nil)
        try require(again?.wire == wire, "'\(text)' is read as another name")
        try require((try? DomainName(labels: name.labels))?.wire == wire, "'\(text)' is not its labels")
        try require(name.labels.count == name.labelCount, "two numbers of labels")
        try require(name.isSubdomain(of: name) && name.isSubdomain(of: .root), "'\(text)' is not below itself")
        guard let parent = name.parent else {
            try require(name.isRoot, "'\(text)' has no parent")
            return
        }
        try require(name.isSubdomain(of: parent) && !parent.isSubdomain(of: name), "'\(text)' and its parent")
        let child = name.labels.first.flatMap { try? parent.prepending($0) }
        try require(child == name && child?.hashValue == name.hashValue, "'\(text)' is no child of its parent")
        try require(!(name < name) && (parent < name || name < parent), "the order of '\(text)'")
    }

    static var seeds: [[UInt8]] {
        let texts = [
            ".", "@", "www", "www.example.com.", "a\\.b\\032.x", "\\000\\255.", "*.w", "\\@", "a..b", "x\\1", "\\",
            String(repeating: "a", count: 63) + ".b",
            Array(repeating: "abcdefg", count: 31).joined(separator: ".") + ".",
        ]
        let wires: [[UInt8]] = [
            [0], [1, 0x61, 0], [3, 0x57, 0x77, 0x57, 1, 0, 2, 0xFF, 0x2E, 0], [0xC0, 12], [1, 0x2A, 0], [64],
            [UInt8](repeating: 1, count: 254) + [0], [5, 1, 2],
        ]
        return texts.map { [0] + Array($0.utf8) } + wires.map { [1] + $0 }
    }
}
