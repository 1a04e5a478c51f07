/// The SvcParams of SVCB and HTTPS (RFC 9460 section 2.2), none or more of these, keys ascending:
///
///     +-----+--------+----------------+
///     | key | length | value          |
///     |  2  |   2    | length octets  |
///     +-----+--------+----------------+
enum ServiceParameters {
    /// One parameter on the wire.
    struct Parameter {
        var key: ServiceParameterKey
        var value: ArraySlice<UInt8>
    }

    /// The parameters that `octets` consist of; `nil` when they are cut off or the keys do not ascend.
    static func split(_ octets: ArraySlice<UInt8>) -> [Parameter]? {
        var parameters: [Parameter] = []
        var rest = octets
        while !rest.isEmpty {
            guard rest.count >= 4 else { return nil }
            let key = ServiceParameterKey(rawValue: rest.prefix(2).uint16)
            let length = Int(rest.dropFirst(2).prefix(2).uint16)
            rest = rest.dropFirst(4)
            guard rest.count >= length, parameters.last.map({ $0.key.rawValue < key.rawValue }) ?? true else {
                return nil
            }
            parameters.append(Parameter(key: key, value: rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return parameters
    }

    /// Whether the octets are whole parameters with values as their keys want them, the mandatory ones among them.
    static func isValid(_ octets: ArraySlice<UInt8>) -> Bool {
        guard let parameters = split(octets), firstFault(in: parameters) == nil else { return false }
        return parameters.allSatisfy { isValid($0.value, for: $0.key) }
    }

    /// The key that asks for another key which is not there (RFC 9460 sections 8 and 7.1.1).
    static func firstFault(in parameters: [Parameter]) -> ServiceParameterKey? {
        let keys = parameters.map(\.key.rawValue)
        if let first = parameters.first, first.key == .mandatory,
            !numbers(first.value).allSatisfy({ $0 != ServiceParameterKey.mandatory.rawValue && keys.contains($0) })
        {
            return .mandatory
        }
        let needsALPN = keys.contains(ServiceParameterKey.noDefaultALPN.rawValue)
        return needsALPN && !keys.contains(ServiceParameterKey.alpn.rawValue) ? .noDefaultALPN : nil
    }

    /// Whether the octets are a value of this key.
    static func isValid(_ value: ArraySlice<UInt8>, for key: ServiceParameterKey) -> Bool {
        switch key {
        case .mandatory:
            let keys = numbers(value)
            return !value.isEmpty && value.count.isMultiple(of: 2) && zip(keys, keys.dropFirst()).allSatisfy(<)
        case .alpn:
            let protocols = CharacterString.split(value)
            return CharacterString.fill(value) && !protocols.isEmpty && protocols.allSatisfy { !$0.isEmpty }
        case .noDefaultALPN, .ohttp: return value.isEmpty
        case .port: return value.count == 2
        case .ipv4hint: return !value.isEmpty && value.count.isMultiple(of: 4)
        case .ech: return !value.isEmpty
        case .ipv6hint: return !value.isEmpty && value.count.isMultiple(of: 16)
        case .dohpath: return !value.isEmpty && String(validating: value, as: UTF8.self) != nil
        case .tlsSupportedGroups:
            let groups = numbers(value)
            return !value.isEmpty && value.count.isMultiple(of: 2) && Set(groups).count == groups.count
        case .invalid: return false
        default: return true
        }
    }

    /// The 16-bit numbers that a value consists of; an odd octet at the end is left out.
    static func numbers(_ value: ArraySlice<UInt8>) -> [UInt16] {
        stride(from: 0, to: value.count - 1, by: 2).map { value.dropFirst($0).prefix(2).uint16 }
    }

    // MARK: - AliasMode

    /// Whether the SvcPriority that `rdata` begins with is 0 (RFC 9460 section 2.4.2).
    static func isAliasMode(_ rdata: ArraySlice<UInt8>) -> Bool {
        rdata.count >= 2 && rdata.prefix(2).uint16 == 0
    }

    /// Whether this is an AliasMode record with parameters: on the wire they are ignored, in text they are an error.
    static func areOutOfPlace(_ type: RRType, _ rdata: ArraySlice<UInt8>) -> Bool {
        guard type == .svcb || type == .https, isAliasMode(rdata) else { return false }
        let rest = rdata.dropFirst(2)
        return WireName.length(in: rest).map { $0 < rest.count } ?? false
    }
}
