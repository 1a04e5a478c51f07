import DNSWire

/// A zone of everything that static data can be, at random: the same for the same seed.
///
/// It keeps to what all servers load: an alias has no other records, nothing lies below a DNAME, no wildcard delegates.
/// Names below a zone cut do occur, as glue and as data that nobody may see.
struct RandomZone {
    /// What a name is there for.
    private enum Kind {
        case data
        case alias
        case cut
        case redirection
    }

    /// Such as `z17.test`.
    let origin: String
    /// The master file.
    private(set) var text: String
    /// Names worth asking for, absolute, in presentation form: owners, and names above, beside and below them.
    private(set) var names: [String] = []
    /// The types in the zone.
    private(set) var types: Set<RRType> = [.soa, .ns]

    private var owners: [String: Kind] = [:]
    private var generator: SeededGenerator

    /// - Parameters:
    ///   - number: makes the name of the zone.
    ///   - seed: makes everything else.
    init(number: Int, seed: UInt64) {
        origin = "z\(number).test"
        generator = SeededGenerator(seed: seed &+ UInt64(number) &* 0x9E37_79B9)
        text = "$TTL 300\n"
        writeApex()
        for _ in 0..<Int.random(in: 4...22, using: &generator) { addName() }
        collectNames()
    }

    // MARK: - Choosing

    private mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &generator) < share }

    private mutating func pick<Element>(_ elements: [Element], or none: Element) -> Element {
        elements.randomElement(using: &generator) ?? none
    }

    private static let labels = [
        "a", "b", "c", "d", "e", "www", "mail", "ns", "*", "*", "_tcp", "A", "Www", "a\\.b", "\\000", "\\255x",
        "b\\032c",
        "x-1", String(repeating: "l", count: 63), "0",
    ]

    /// A name relative to the apex.
    private mutating func relativeName() -> String {
        let depth = pick([1, 1, 1, 2, 2, 3, 4], or: 1)
        return (0..<depth).map { _ in pick(Self.labels, or: "a") }.joined(separator: ".")
    }

    /// The labels put before a relative name.
    private static func below(_ name: String, _ labels: String) -> String { name == "@" ? labels : "\(labels).\(name)" }

    private func absolute(_ name: String) -> String { name == "@" ? "\(origin)." : "\(name).\(origin)." }

    /// Where a record may point: at a name that is there or not, above or below another, here or elsewhere.
    private mutating func target() -> String {
        let known = owners.keys.sorted()
        switch Int.random(in: 0..<12, using: &generator) {
        case 0: return "www.example.net."
        case 1: return absolute("@")
        case 2, 3: return absolute(relativeName())
        case 4: return absolute(Self.below(pick(known, or: "a"), "x"))
        case 5: return absolute(Self.below(pick(known, or: "a"), "y.x")).uppercased()
        default: return absolute(pick(known, or: relativeName()))
        }
    }

    private mutating func ttl() -> Int { pick([0, 1, 60, 300, 3600, 86_400, 604_800], or: 300) }

    // MARK: - Writing

    private mutating func write(_ owner: String, _ ttl: Int, _ type: String, _ rdata: [String]) {
        if let type = RRType(type) { types.insert(type) }
        // The same RDATA in two cases is the same record.
        var seen: Set<String> = []
        for rdata in rdata where seen.insert(rdata.lowercased()).inserted {
            text += "\(owner) \(ttl) IN \(type) \(rdata)\n"
        }
    }

    private mutating func writeApex() {
        write(
            "@",
            ttl(),
            "SOA",
            [
                "ns.\(origin). host\\.master.\(origin). \(UInt32.random(in: 0 ... .max, using: &generator)) 7200 900 1209600 \(ttl())"
            ]
        )
        if chance(0.05) {
            owners["@"] = .redirection
            write("@", ttl(), "NS", ["ns.example.net."])
            write("@", ttl(), "DNAME", [chance(0.5) ? "example.net." : "z0.test."])
            return
        }
        owners["@"] = .data
        if chance(0.6) {
            owners["ns"] = .data
            write("@", ttl(), "NS", ["ns", "ns.example.net."])
            write("ns", ttl(), "A", ["192.0.2.53"])
        } else {
            write("@", ttl(), "NS", ["ns.example.net."])
        }
        writeData("@", 2)
    }

    private mutating func addName() {
        let name = relativeName()
        let kind = pick([.data, .data, .data, .data, .alias, .alias, .cut, .cut, .redirection], or: Kind.data)
        guard place(name, kind) else { return }
        switch kind {
        case .data: writeData(name, Int.random(in: 1...3, using: &generator))
        case .alias: write(name, ttl(), "CNAME", [target()])
        case .redirection:
            write(name, ttl(), "DNAME", [target()])
            if chance(0.3) { write(name, ttl(), "TXT", ["\"beside a DNAME\""]) }
        case .cut: writeCut(name)
        }
    }

    /// Takes a name for something, if that may be there.
    private mutating func place(_ name: String, _ kind: Kind) -> Bool {
        let key = name.lowercased()
        guard owners[key] == nil, owners["@"] != .redirection else { return false }
        let isWildcard = key.hasPrefix("*")
        if isWildcard, kind == .cut || kind == .redirection { return false }
        for ancestor in Self.ancestors(of: key) {
            if owners[ancestor] == .redirection { return false }
            if owners[ancestor] == .cut, !chance(0.3) { return false }
        }
        if kind == .redirection, owners.keys.contains(where: { $0.hasSuffix("." + key) }) { return false }
        owners[key] = kind
        return true
    }

    /// The names above a relative name, without the apex.
    private static func ancestors(of name: String) -> [String] {
        var ancestors: [String] = []
        var rest = name[...]
        while let dot = firstDot(in: rest) {
            rest = rest[rest.index(after: dot)...]
            ancestors.append(String(rest))
        }
        return ancestors
    }

    /// The first dot between labels.
    private static func firstDot(in name: Substring) -> Substring.Index? {
        var index = name.startIndex
        while index < name.endIndex {
            if name[index] == "." { return index }
            index = name[index] == "\\" ? name.index(index, offsetBy: 2) : name.index(after: index)
        }
        return nil
    }

    private mutating func writeCut(_ name: String) {
        var servers: [String] = []
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: servers.append("ns.example.net.")
            case 1, 2:
                let server = chance(0.5) ? absolute("ns") : target()
                // One in the delegated zone would need glue.
                let isBelow = ".\(server.lowercased())".hasSuffix(".\(absolute(name).lowercased())")
                servers.append(isBelow ? "ns.example.org." : server)
            default:
                // In the delegated zone, with glue.
                let server = pick(["ns.", "b.ns.", ""], or: "") + name
                guard owners[server.lowercased()] == nil || server == name else { continue }
                servers.append(absolute(server))
                if server != name { owners[server.lowercased()] = .data }
                if server != name || !text.contains("\n\(name) 60 IN A ") {
                    write(server, 60, "A", addresses(Int.random(in: 1...4, using: &generator)))
                    if chance(0.5) {
                        write(server, 60, "AAAA", ["2001:db8::\(Int.random(in: 1...9, using: &generator))"])
                    }
                }
            }
        }
        write(name, ttl(), "NS", servers.isEmpty ? ["ns.example.org."] : servers)
        if chance(0.3) { write(name, ttl(), "DS", ["60485 13 2 " + String(repeating: "0F", count: 32)]) }
    }

    private mutating func addresses(_ count: Int) -> [String] {
        let first = Int.random(in: 0...255, using: &generator)
        return (0..<count).map { "198.51.\((first + $0) / 256 + 100).\((first + $0) % 256)" }
    }

    /// Writes some RRsets of different types.
    private mutating func writeData(_ name: String, _ count: Int) {
        var kinds = Array(0..<15).shuffled(using: &generator).prefix(count)
        // Large ones are for the truncation of answers; one in a while is enough.
        if chance(0.9) { kinds = kinds.filter { $0 != 0 } }
        var written: Set<String> = []
        for kind in kinds.isEmpty ? [1] : kinds {
            let (type, rdata) = data(kind)
            if written.insert(type).inserted { write(name, ttl(), type, rdata) }
        }
    }

    private mutating func data(_ kind: Int) -> (type: String, rdata: [String]) {
        let number = Int.random(in: 0...65_535, using: &generator)
        switch kind {
        case 0: return ("A", addresses(pick([25, 29, 30, 60, 70, 90, 200], or: 30)))
        case 1, 2: return ("A", addresses(Int.random(in: 1...3, using: &generator)))
        case 3: return ("AAAA", ["2001:db8::\(number % 10)", "2001:db8::a"])
        case 4: return ("MX", ["10 \(target())", "\(number) \(target())"])
        case 5: return ("TXT", ["\"\(number) \\\"\\\\\\000\" x", "\"\""])
        case 6: return ("SRV", ["0 5 \(number) \(target())"])
        case 7:
            return ("HTTPS", chance(0.3) ? ["0 \(target())"] : ["1 \(chance(0.5) ? "." : target()) alpn=h2 port=8443"])
        case 8: return ("SVCB", ["2 \(target()) ipv4hint=192.0.2.1"])
        case 9: return ("CAA", ["0 issue \"ca.example.net\""])
        case 10: return ("PTR", [target()])
        case 11: return ("NAPTR", ["\(number) 10 \"u\" \"E2U+sip\" \"!^.*$!sip:a@b!\" \(target())"])
        case 12: return ("TYPE\(64_000 + number % 100)", ["\\# 3 00FF\(number % 9)0"])
        case 13: return ("TLSA", ["3 1 1 " + String(repeating: "AB", count: 32)])
        default: return ("TXT", (0..<4).map { "\"\($0)\(String(repeating: "t", count: 60 + number % 150))\"" })
        }
    }

    // MARK: - Names to ask for

    private mutating func collectNames() {
        var found: Set<String> = [absolute("@"), "test.", "."]
        for owner in owners.keys {
            for name in [owner] + Self.ancestors(of: owner) {
                found.insert(absolute(name))
                // Below it, beside it, and so far below a DNAME that a name gets too long.
                let long = Array(repeating: String(repeating: "n", count: 62), count: 2).joined(separator: ".")
                for label in ["x", "*", "a", "y.x", long] {
                    found.insert(absolute(Self.below(name, label)))
                }
                guard name.hasPrefix("*.") else { continue }
                for label in ["m", "n.m"] { found.insert(absolute("\(label).\(name.dropFirst(2))")) }
            }
        }
        names = found.filter { (try? DomainName($0)) != nil }.sorted()
    }
}

// MARK: - Questions

extension RandomZone {
    private static let otherTypes: [RRType] = [
        .a, .a, .aaaa, .ns, .soa, .cname, .dname, .mx, .txt, .ds, .any, .https, .srv, .nsec,
        RRType(rawValue: 731),
    ]

    /// Questions about the zone: names that it has or has not, types that it has or has not, in every manner of asking.
    mutating func questions(_ count: Int) -> [DNSQuestion] {
        let types = Self.otherTypes + self.types.sorted { $0.rawValue < $1.rawValue }
        return (0..<count).compactMap { _ in
            guard let text = names.randomElement(using: &generator), let name = try? DomainName(text) else {
                return nil
            }
            var question = DNSQuestion(name, pick(types, or: .a))
            if chance(0.3) { question.name = mixed(question.name) }
            // RD; RD with AD and CD.
            if chance(0.3) { question.flags = chance(0.9) ? 0x0100 : 0x0130 }
            switch Int.random(in: 0..<8, using: &generator) {
            case 0, 1: question.edns = nil
            case 2: question.edns?.payloadSize = pick([0, 512, 513, 600, 800, 1400, 4096, 65_535], or: 512)
            case 3: question.edns?.options = [0xFD, 0xE9, 0, 2, 1, 2]
            case 4, 5: question.edns?.dnssecOK = true
            default: break
            }
            if chance(0.12) { question.transport = .tcp }
            return question
        }
    }

    /// A name with the case of its letters changed at random.
    private mutating func mixed(_ wire: [UInt8]) -> [UInt8] {
        var wire = wire
        var index = 0
        while index < wire.count, wire[index] != 0 {
            let end = index + 1 + Int(wire[index])
            for place in index + 1..<end where (0x41...0x5A).contains(wire[place] & 0xDF) && chance(0.5) {
                wire[place] ^= 0x20
            }
            index = end
        }
        return wire
    }
}
