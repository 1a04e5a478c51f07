extension RDataField {
    /// Reads this field and appends its wire form.
    ///
    /// - Parameters:
    ///   - scanner: at the field; moved past it.
    ///   - rdata: receives the octets.
    ///   - start: where the RDATA that this field belongs to begins in `rdata`.
    func parse(
        from scanner: inout PresentationScanner,
        into rdata: inout [UInt8],
        start: Int
    ) throws(RDataError) {
        switch kind {
        case .uint8: rdata.append(try scanner.number(name))
        case .uint16: rdata.append(uint16: try scanner.number(name))
        case .uint32: rdata.append(uint32: try scanner.number(name))
        case .name: try scanner.name(name, into: &rdata)
        case .ipv4: rdata.append(uint32: try scanner.value(name, "an IPv4 address", AddressText.ipv4))
        case .ipv6: rdata.append(uint128: try scanner.value(name, "an IPv6 address", AddressText.ipv6))
        case .string: try scanner.string(name, into: &rdata)
        case .strings:
            repeat { try scanner.string(name, into: &rdata) } while !scanner.isAtEnd
        case .optionalString:
            if !scanner.isAtEnd { try scanner.string(name, into: &rdata) }
        case .text: try scanner.text(name, into: &rdata)
        case .tag: try parseTag(from: &scanner, into: &rdata)
        case .seconds:
            rdata.append(
                uint32: try scanner.value(name, "seconds or a duration such as 1h30m") {
                    parseSeconds($0, maximum: .max)
                }
            )
        case .time:
            rdata.append(uint32: try scanner.value(name, "YYYYMMDDHHmmSS or seconds", SignatureTime.parse))
        case .type:
            rdata.append(uint16: try scanner.value(name, "a type") { RRType(octets: $0)?.rawValue })
        case .algorithm:
            rdata.append(try scanner.value(name, "a DNSSEC algorithm", CodeMnemonics.algorithm))
        case .certificateType:
            rdata.append(uint16: try scanner.value(name, "a certificate type", CodeMnemonics.certificateType))
        case .eui(let count):
            let token = try scanner.next("\(name)")
            guard HexGroups.appendPairs(scanner.octets(of: token), count: count, to: &rdata) else {
                throw scanner.error(.invalid("\(name)", expected: "\(count) pairs of hexadecimal digits joined by -"))
            }
        case .locator64:
            let expected: StaticString = "four groups of hexadecimal digits joined by :"
            rdata.append(uint64: try scanner.value(name, expected, HexGroups.locator))
        case .base64(let minimum): try scanner.encoded(name, .base64, minimum: minimum, into: &rdata)
        case .base16: try scanner.encoded(name, .base16, minimum: 1, into: &rdata)
        case .salt: try scanner.encodedString(name, .base16, hyphenIsEmpty: true, into: &rdata)
        case .hash: try scanner.encodedString(name, .base32hex, hyphenIsEmpty: false, into: &rdata)
        case .typeBitmap: try TypeBitmap.parse(name, from: &scanner, into: &rdata)
        case .location: try GeographicLocation.parse(from: &scanner, into: &rdata)
        case .addressPrefixes: try AddressPrefixList.parse(from: &scanner, into: &rdata)
        case .serviceParameters:
            let isAlias = ServiceParameters.isAliasMode(rdata[start...])
            try ServiceParameters.parse(from: &scanner, into: &rdata, isAlias: isAlias)
        case .hostIdentity: try HostIdentity.parse(from: &scanner, into: &rdata)
        case .keyValues: try KeyValueStrings.parse(from: &scanner, into: &rdata)
        case .steering: try SteerStrings.parse(from: &scanner, into: &rdata)
        }
    }

    /// Reads a CAA property tag.
    private func parseTag(from scanner: inout PresentationScanner, into rdata: inout [UInt8]) throws(RDataError) {
        let start = rdata.count
        try scanner.string(name, into: &rdata)
        guard CharacterString.isTag(rdata[(start + 1)...]) else {
            throw scanner.error(.invalid("\(name)", expected: "letters and digits"))
        }
    }
}
