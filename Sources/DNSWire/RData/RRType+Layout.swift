extension RRType {
    /// The fields of this type's RDATA in order; `nil` for a type that is not known.
    var layout: [RDataField]? {
        let code = Int(rawValue)
        if code < Self.lowCodes { return Self.layouts[code] }
        guard (Self.region.rawValue...Self.pool.rawValue).contains(rawValue) else { return nil }
        return Self.layouts[Self.lowCodes + code - Int(Self.region.rawValue)]
    }

    /// Codes below this have their own place in the table.
    private static let lowCodes = Int(caa.rawValue) + 1

    /// The layouts by code, those of the three control records last.
    private static let layouts: [[RDataField]?] =
        (0..<UInt16(lowCodes)).map { fields(of: RRType(rawValue: $0)) } + [region, steer, pool].map(fields)

    private static let oldName: RDataNameRoles = [.compressible, .lowercased]

    /// The layouts as the RFCs have them.
    private static func fields(of type: RRType) -> [RDataField]? {
        fieldsOfCommonTypes(type) ?? fieldsOfSecurityTypes(type) ?? fieldsOfOtherTypes(type)
    }

    private static func fieldsOfCommonTypes(_ type: RRType) -> [RDataField]? {
        switch type {
        case .a: [RDataField("address", .ipv4)]
        case .aaaa: [RDataField("address", .ipv6)]
        case .ns: [RDataField("name server", .name([oldName, .additional, .host]))]
        case .cname, .ptr: [RDataField("target", .name(oldName))]
        case .dname: [RDataField("target", .name(.lowercased))]
        case .soa:
            [
                RDataField("primary server", .name(oldName)), RDataField("mailbox", .name(oldName)),
                RDataField("serial", .uint32), RDataField("refresh", .seconds), RDataField("retry", .seconds),
                RDataField("expire", .seconds), RDataField("minimum", .seconds),
            ]
        case .mx:
            [RDataField("preference", .uint16), RDataField("exchange", .name([oldName, .additional, .host]))]
        case .txt, .spf: [RDataField("text", .strings)]
        case .srv:
            [
                RDataField("priority", .uint16), RDataField("weight", .uint16), RDataField("port", .uint16),
                RDataField("target", .name([.lowercased, .additional, .host])),
            ]
        case .naptr:
            [
                RDataField("order", .uint16), RDataField("preference", .uint16), RDataField("flags", .string),
                RDataField("services", .string), RDataField("regular expression", .string),
                RDataField("replacement", .name([.lowercased, .additional])),
            ]
        case .svcb, .https:
            [
                RDataField("priority", .uint16), RDataField("target", .name(.additional)),
                RDataField("parameters", .serviceParameters),
            ]
        case .caa: [RDataField("flags", .uint8), RDataField("tag", .tag), RDataField("value", .text)]
        case .uri: [RDataField("priority", .uint16), RDataField("weight", .uint16), RDataField("target", .text)]
        case .hinfo: [RDataField("CPU", .string), RDataField("operating system", .string)]
        case .loc: [RDataField("location", .location)]
        case .region, .pool: [RDataField("key", .keyValues)]
        case .steer: [RDataField("policy", .steering)]
        default: nil
        }
    }

    private static func fieldsOfSecurityTypes(_ type: RRType) -> [RDataField]? {
        switch type {
        case .ds, .cds:
            [
                RDataField("key tag", .uint16), RDataField("algorithm", .algorithm),
                RDataField("digest type", .uint8), RDataField("digest", .base16),
            ]
        case .dnskey, .cdnskey, .key:
            [
                RDataField("flags", .uint16), RDataField("protocol", .uint8), RDataField("algorithm", .algorithm),
                // A KEY may say that there is no key (RFC 2535 section 3.1.2).
                RDataField("public key", .base64(minimum: type == .key ? 0 : 1)),
            ]
        case .rrsig:
            [
                RDataField("type covered", .type), RDataField("algorithm", .algorithm),
                RDataField("labels", .uint8), RDataField("original TTL", .uint32),
                RDataField("expiration", .time), RDataField("inception", .time), RDataField("key tag", .uint16),
                RDataField("signer's name", .name(.lowercased)), RDataField("signature", .base64(minimum: 1)),
            ]
        case .nsec: [RDataField("next name", .name([])), RDataField("types", .typeBitmap)]
        case .nsec3, .nsec3param:
            [
                RDataField("hash algorithm", .uint8), RDataField("flags", .uint8),
                RDataField("iterations", .uint16), RDataField("salt", .salt),
            ]
                + (type == .nsec3 ? [RDataField("next hashed name", .hash), RDataField("types", .typeBitmap)] : [])
        case .tlsa, .smimea:
            [
                RDataField("usage", .uint8), RDataField("selector", .uint8), RDataField("matching type", .uint8),
                RDataField("certificate data", .base16),
            ]
        case .sshfp:
            [
                RDataField("algorithm", .uint8), RDataField("fingerprint type", .uint8),
                RDataField("fingerprint", .base16),
            ]
        case .cert:
            [
                RDataField("certificate type", .certificateType), RDataField("key tag", .uint16),
                RDataField("algorithm", .algorithm), RDataField("certificate", .base64(minimum: 1)),
            ]
        case .openpgpkey: [RDataField("public key", .base64(minimum: 1))]
        case .dhcid: [RDataField("identifier", .base64(minimum: 3))]
        case .csync:
            [RDataField("serial", .uint32), RDataField("flags", .uint16), RDataField("types", .typeBitmap)]
        case .zonemd:
            [
                RDataField("serial", .uint32), RDataField("scheme", .uint8), RDataField("hash algorithm", .uint8),
                RDataField("digest", .base16),
            ]
        default: nil
        }
    }

    private static func fieldsOfOtherTypes(_ type: RRType) -> [RDataField]? {
        switch type {
        case .rp: [RDataField("mailbox", .name(.lowercased)), RDataField("text", .name(.lowercased))]
        case .afsdb, .rt, .kx:
            [RDataField("preference", .uint16), RDataField("host", .name([.lowercased, .additional, .host]))]
        case .x25: [RDataField("address", .string)]
        case .isdn: [RDataField("address", .string), RDataField("subaddress", .optionalString)]
        case .apl: [RDataField("prefixes", .addressPrefixes)]
        case .hip: [RDataField("host identity", .hostIdentity)]
        case .nid: [RDataField("preference", .uint16), RDataField("node identifier", .locator64)]
        case .l32: [RDataField("preference", .uint16), RDataField("locator", .ipv4)]
        case .l64: [RDataField("preference", .uint16), RDataField("locator", .locator64)]
        case .lp: [RDataField("preference", .uint16), RDataField("pointer", .name(.additional))]
        case .eui48: [RDataField("address", .eui(6))]
        case .eui64: [RDataField("address", .eui(8))]
        // MD, MF, MB, MG, MR and MINFO are obsolete, but a primary may still compress the names in them.
        case RRType(rawValue: 3), RRType(rawValue: 4), RRType(rawValue: 7), RRType(rawValue: 8), RRType(rawValue: 9):
            [RDataField("target", .name(oldName))]
        case RRType(rawValue: 14): [RDataField("mailbox", .name(oldName)), RDataField("errors", .name(oldName))]
        default: nil
        }
    }
}
