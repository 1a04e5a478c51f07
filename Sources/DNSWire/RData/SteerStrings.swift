/// The RDATA of the control record STEER: character-strings `policy=POLICY`, then `region=NAME.` or
/// `region=NAME.=WEIGHT` and options `KEY=VALUE` in the order written.
///
/// In text the policy and the regions stand without their keys. Names are in presentation form in both; on the wire
/// they are absolute, with `=` and `:` escaped so that the first bare `=` ends a name and the last bare `:` begins one.
package enum SteerStrings {
    /// The options a STEER record can have.
    package static let optionKeys = ["answers", "within", "fence", "when-down", "ttl-min", "net"]

    private static let policyKey = Array("policy=".utf8)
    private static let regionKey = Array("region=".utf8)
    private static let weights: ClosedRange<UInt64> = 0...65535

    // MARK: - From text

    /// Reads the policy and all remaining fields as regions and options; at least one region.
    static func parse(from scanner: inout PresentationScanner, into rdata: inout [UInt8]) throws(RDataError) {
        let policy = scanner.octets(of: try scanner.next("policy"))
        guard isPolicy(policy) else {
            throw scanner.error(.invalid("the first field", expected: "a policy such as latency or failover"))
        }
        try append(policyKey + policy, from: scanner, to: &rdata)
        var hasRegion = false
        while !scanner.isAtEnd {
            let field = scanner.octets(of: try scanner.next("region"))
            let key = field[..<(field.firstBare(UInt8(ascii: "=")) ?? field.endIndex)]
            let value = field[key.endIndex...].dropFirst()
            let word = String(decoding: key, as: UTF8.self)
            if key.endIndex < field.endIndex, optionKeys.contains(word) {
                try append(option(word, value, scanner), from: scanner, to: &rdata)
                continue
            }
            var string = regionKey + (try absolute(key, scanner))
            if key.endIndex < field.endIndex {
                guard !value.isEmpty, value.allSatisfy(\.isDigit) else {
                    throw scanner.error(.unknownKey(word, suggestion: closestMatch(to: word, in: optionKeys)))
                }
                guard let weight = UInt64(String(decoding: value, as: UTF8.self)), weights.contains(weight) else {
                    throw scanner.error(.outOfRange("weight", weights))
                }
                string.append(UInt8(ascii: "="))
                string.append(decimal: weight)
            }
            try append(string, from: scanner, to: &rdata)
            hasRegion = true
        }
        guard hasRegion else { throw RDataError(.missing("region"), token: scanner.position) }
    }

    /// One option with the name in it made absolute.
    private static func option(
        _ key: String,
        _ value: ArraySlice<UInt8>,
        _ scanner: PresentationScanner
    ) throws(RDataError) -> [UInt8] {
        var string = Array("\(key)=".utf8)
        switch key {
        case "net":
            guard let colon = value.lastBare(UInt8(ascii: ":")), isNetwork(value[..<colon]) else {
                throw scanner.error(.invalid("net", expected: "NETWORK:REGION"))
            }
            string += value[...colon]
            string += try absolute(value[(colon + 1)...], scanner)
        case "when-down" where !isWord(value):
            string += try absolute(value, scanner)
        default:
            do {
                try CharacterString.unescape(value, into: &string)
            } catch {
                throw scanner.error(.name(error))
            }
        }
        return string
    }

    /// A name completed with the origin, as it stands in a string.
    private static func absolute(
        _ name: ArraySlice<UInt8>,
        _ scanner: PresentationScanner
    ) throws(RDataError) -> [UInt8] {
        do {
            return text(of: try DomainName(presentation: name, origin: scanner.origin))
        } catch {
            throw scanner.error(.name(error))
        }
    }

    private static func append(
        _ string: [UInt8],
        from scanner: PresentationScanner,
        to rdata: inout [UInt8]
    ) throws(RDataError) {
        guard string.count <= CharacterString.maximumLength else { throw scanner.error(.stringTooLong) }
        rdata.append(UInt8(string.count))
        rdata.append(contentsOf: string)
    }

    // MARK: - On the wire

    /// Whether the octets are whole strings, first a policy, then regions and options with names as this type writes
    /// them, at least one region.
    static func isValid(_ octets: ArraySlice<UInt8>) -> Bool {
        let strings = CharacterString.split(octets)
        guard CharacterString.fill(octets), let policy = strings.first, policy.starts(with: policyKey),
            isPolicy(policy.dropFirst(policyKey.count)),
            strings.contains(where: { $0.starts(with: regionKey) })
        else { return false }
        return strings.dropFirst().allSatisfy { string in
            string.starts(with: regionKey) ? isMember(string.dropFirst(regionKey.count)) : isOption(string)
        }
    }

    private static func isMember(_ string: ArraySlice<UInt8>) -> Bool {
        guard let equals = string.firstBare(UInt8(ascii: "=")) else { return isAbsolute(string) }
        let digits = string[(equals + 1)...]
        let weight = digits.count <= 5 ? digits.reduce(0) { $0 * 10 + UInt64($1 &- 0x30) } : .max
        return isAbsolute(string[..<equals]) && !digits.isEmpty && digits.allSatisfy(\.isDigit)
            && (digits.count == 1 || digits.first != UInt8(ascii: "0")) && weights.contains(weight)
    }

    private static func isOption(_ string: ArraySlice<UInt8>) -> Bool {
        guard let equals = string.firstIndex(of: UInt8(ascii: "=")) else { return false }
        let value = string[(equals + 1)...]
        switch String(decoding: string[..<equals], as: UTF8.self) {
        case "net":
            guard let colon = value.lastBare(UInt8(ascii: ":")) else { return false }
            return isNetwork(value[..<colon]) && isAbsolute(value[(colon + 1)...])
        case "when-down": return isWord(value) || isAbsolute(value)
        case let key: return optionKeys.contains(key)
        }
    }

    // MARK: - To text

    /// Appends the fields as one writes them, with absolute names.
    static func present(_ octets: ArraySlice<UInt8>, into text: inout [UInt8]) {
        for (index, string) in CharacterString.split(octets).enumerated() {
            if index == 0 {
                text.append(contentsOf: string.dropFirst(policyKey.count))
                continue
            }
            text.append(UInt8(ascii: " "))
            if string.starts(with: regionKey) {
                text.append(contentsOf: string.dropFirst(regionKey.count))
            } else if string.starts(with: "net=".utf8) || string.starts(with: "when-down=".utf8) {
                text.append(contentsOf: string)
            } else {
                KeyValueStrings.present(string: string, into: &text)
            }
        }
    }

    // MARK: - Words and names

    private static func isPolicy(_ text: ArraySlice<UInt8>) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isAlphanumeric || $0 == UInt8(ascii: "-") }
    }

    /// Whether this is a value of `when-down=` that names no region.
    private static func isWord(_ text: ArraySlice<UInt8>) -> Bool {
        text.elementsEqual("all".utf8) || text.elementsEqual("none".utf8)
    }

    private static func isNetwork(_ text: ArraySlice<UInt8>) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.hexadecimalValue != nil || ".:/".utf8.contains($0) }
    }

    /// Whether this is an absolute name exactly as ``text(of:)`` writes it.
    private static func isAbsolute(_ text: ArraySlice<UInt8>) -> Bool {
        guard let name = try? DomainName(presentation: text, origin: nil) else { return false }
        return text.elementsEqual(self.text(of: name))
    }

    private static func text(of name: DomainName) -> [UInt8] {
        var text: [UInt8] = []
        for octet in name.description.utf8 {
            if octet == UInt8(ascii: "=") || octet == UInt8(ascii: ":") { text.append(UInt8(ascii: "\\")) }
            text.append(octet)
        }
        return text
    }
}

extension ArraySlice<UInt8> {
    /// The index of the first `octet` that no backslash escapes.
    fileprivate func firstBare(_ octet: UInt8) -> Int? { bare(octet).first }

    /// The index of the last `octet` that no backslash escapes.
    fileprivate func lastBare(_ octet: UInt8) -> Int? { bare(octet).last }

    private func bare(_ octet: UInt8) -> [Int] {
        var indices: [Int] = []
        var isEscaped = false
        for (index, current) in zip(self.indices, self) {
            if !isEscaped, current == octet { indices.append(index) }
            isEscaped = !isEscaped && current == UInt8(ascii: "\\")
        }
        return indices
    }
}
