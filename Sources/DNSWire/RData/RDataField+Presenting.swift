import Addressing

extension RDataField {
    /// Appends the text of this field.
    ///
    /// - Parameters:
    ///   - octets: exactly the field, found well-formed by ``length(in:)``.
    ///   - text: receives nothing when the field is empty and may be left out.
    func present(_ octets: ArraySlice<UInt8>, into text: inout [UInt8]) {
        switch kind {
        case .uint8, .uint16, .uint32, .seconds, .algorithm: text.append(decimal: octets.bigEndian)
        case .time: SignatureTime.present(UInt32(truncatingIfNeeded: octets.bigEndian), into: &text)
        case .type: text.append(contentsOf: RRType(rawValue: octets.uint16).description.utf8)
        case .certificateType: text.append(contentsOf: CodeMnemonics.describe(certificateType: octets.uint16).utf8)
        case .ipv4, .ipv6: text.append(address: octets)
        case .eui: HexGroups.presentPairs(octets, into: &text)
        case .locator64: HexGroups.presentLocator(octets, into: &text)
        case .name: text.append(name: octets)
        case .string, .optionalString, .strings: CharacterString.presentAll(octets, into: &text)
        case .tag: text.append(contentsOf: octets.dropFirst())
        case .text: CharacterString.quote(octets, into: &text)
        case .base64: BaseEncoding.base64.encode(octets, into: &text)
        case .base16: BaseEncoding.base16.encode(octets, into: &text)
        case .salt:
            if octets.count == 1 {
                text.append(UInt8(ascii: "-"))
            } else {
                BaseEncoding.base16.encode(octets.dropFirst(), into: &text)
            }
        case .hash: BaseEncoding.base32hex.encode(octets.dropFirst(), into: &text)
        case .typeBitmap: TypeBitmap.present(octets, into: &text)
        case .location: GeographicLocation.present(octets, into: &text)
        case .addressPrefixes: AddressPrefixList.present(octets, into: &text)
        case .serviceParameters: ServiceParameters.present(octets, into: &text)
        case .hostIdentity: HostIdentity.present(octets, into: &text)
        case .keyValues: KeyValueStrings.present(octets, into: &text)
        case .steering: SteerStrings.present(octets, into: &text)
        }
    }
}

extension Collection<UInt8> {
    /// All the octets as one integer in network order; the last eight when there are more.
    var bigEndian: UInt64 { reduce(0) { $0 << 8 | UInt64($1) } }

    /// As ``bigEndian``, the low 16 bits.
    var uint16: UInt16 { UInt16(truncatingIfNeeded: bigEndian) }
}

extension [UInt8] {
    /// Appends a number in decimal digits.
    mutating func append(decimal value: UInt64) { append(contentsOf: String(value).utf8) }

    /// Appends the text of an address of 4 or 16 octets.
    mutating func append(address octets: some Collection<UInt8>) {
        append(contentsOf: (IPAddress(octets: octets)?.description ?? "").utf8)
    }

    /// Appends the absolute presentation form of a whole, valid wire name.
    mutating func append(name octets: some Collection<UInt8>) {
        append(contentsOf: DomainName(validated: Array(octets)).description.utf8)
    }

    /// Appends a 64-bit integer in network order.
    mutating func append(uint64 value: UInt64) {
        append(uint32: UInt32(truncatingIfNeeded: value >> 32))
        append(uint32: UInt32(truncatingIfNeeded: value))
    }

    /// Appends a 128-bit integer in network order.
    mutating func append(uint128 value: UInt128) {
        append(uint64: UInt64(truncatingIfNeeded: value >> 64))
        append(uint64: UInt64(truncatingIfNeeded: value))
    }
}
