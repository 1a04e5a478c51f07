extension RDataField {
    /// The number of octets this field occupies.
    ///
    /// - Parameter rest: the RDATA from this field on.
    /// - Returns: 0...`rest.count`; `nil` when the octets are not a well-formed field.
    func length(in rest: ArraySlice<UInt8>) -> Int? {
        switch kind {
        case .uint8, .algorithm: rest.count >= 1 ? 1 : nil
        case .uint16, .type, .certificateType: rest.count >= 2 ? 2 : nil
        case .uint32, .seconds, .time, .ipv4: rest.count >= 4 ? 4 : nil
        case .locator64: rest.count >= 8 ? 8 : nil
        case .ipv6: rest.count >= 16 ? 16 : nil
        case .eui(let count): rest.count >= count ? count : nil
        case .name: WireName.length(in: rest)
        case .string, .salt: CharacterString.length(in: rest)
        case .hash: CharacterString.length(in: rest).flatMap { $0 > 1 ? $0 : nil }
        case .tag:
            CharacterString.length(in: rest).flatMap {
                CharacterString.isTag(rest.prefix($0).dropFirst()) ? $0 : nil
            }
        case .optionalString: rest.isEmpty ? 0 : CharacterString.length(in: rest)
        case .strings: !rest.isEmpty && CharacterString.fill(rest) ? rest.count : nil
        case .text: rest.count
        case .base64(let minimum): rest.count >= minimum ? rest.count : nil
        case .base16: rest.isEmpty ? nil : rest.count
        case .typeBitmap: TypeBitmap.isValid(rest) ? rest.count : nil
        case .location: GeographicLocation.isValid(rest) ? rest.count : nil
        case .addressPrefixes: AddressPrefixList.isValid(rest) ? rest.count : nil
        case .serviceParameters: ServiceParameters.isValid(rest) ? rest.count : nil
        case .hostIdentity: HostIdentity.isValid(rest) ? rest.count : nil
        case .keyValues: KeyValueStrings.isValid(rest) ? rest.count : nil
        case .steering: SteerStrings.isValid(rest) ? rest.count : nil
        }
    }
}

/// Uncompressed names among other octets.
enum WireName {
    /// The number of octets of the name that `rest` begins with, 1...255; `nil` when it begins with none.
    static func length(in rest: ArraySlice<UInt8>) -> Int? {
        var index = rest.startIndex
        while index < rest.endIndex {
            let label = Int(rest[index])
            guard label <= DomainName.maximumLabelLength else { return nil }
            index += 1 + label
            guard index - rest.startIndex <= DomainName.maximumLength else { return nil }
            if label == 0 { return index - rest.startIndex }
        }
        return nil
    }
}
