// The presentation form of SvcParams (RFC 9460 section 2.1 and appendix A): `key`, `key=value` or `key="value"`, in any
// order.

extension ServiceParameters {
    /// Reads all remaining fields as parameters and appends them in the order of their keys.
    static func parse(
        from scanner: inout PresentationScanner,
        into rdata: inout [UInt8],
        isAlias: Bool
    ) throws(RDataError) {
        var parameters: [Parameter] = []
        var tokens: [UInt16: Int] = [:]
        while !scanner.isAtEnd {
            let token = scanner.position
            let parameter = try parameter(from: &scanner)
            guard !isAlias else {
                throw RDataError(.invalid("a parameter", expected: "absent in AliasMode (priority 0)"), token: token)
            }
            guard tokens.updateValue(token, forKey: parameter.key.rawValue) == nil else {
                throw RDataError(.repeatedKey("\(parameter.key)"), token: token)
            }
            parameters.append(parameter)
        }
        parameters.sort { $0.key.rawValue < $1.key.rawValue }
        if let key = firstFault(in: parameters) {
            let expected = key == .mandatory ? key.expectation : "together with alpn"
            throw RDataError(.invalid("\(key)", expected: expected), token: tokens[key.rawValue] ?? scanner.position)
        }
        for parameter in parameters {
            rdata.append(uint16: parameter.key.rawValue)
            rdata.append(uint16: UInt16(truncatingIfNeeded: parameter.value.count))
            rdata.append(contentsOf: parameter.value)
        }
    }

    /// Reads one parameter.
    private static func parameter(from scanner: inout PresentationScanner) throws(RDataError) -> Parameter {
        let token = try scanner.next("parameter")
        let text = scanner.octets(of: token)
        let equals = text.firstIndex(of: UInt8(ascii: "="))
        let word = text[..<(equals ?? text.endIndex)]
        guard let key = ServiceParameterKey(word) else {
            let name = String(decoding: word, as: UTF8.self)
            let suggestion = closestMatch(to: name, in: ServiceParameterKey.names)
            throw scanner.error(.unknownKey(name, suggestion: suggestion))
        }
        var octets: [UInt8] = []
        do {
            let value = equals.map { unquoted(text[($0 + 1)...], after: token, in: &scanner) }
            if let value { try CharacterString.unescape(value, into: &octets) }
        } catch {
            throw scanner.error(.name(error))
        }
        // A key by number takes its value octet by octet, even when it has a name too.
        let isOpaque = ServiceParameterKey.number(word) != nil
        guard let value = isOpaque ? octets : wireValue(octets[...], of: key), value.count <= RData.maximumLength,
            isValid(value[...], for: key)
        else { throw scanner.error(.invalid("\(key)", expected: key.expectation)) }
        return Parameter(key: key, value: value[...])
    }

    /// A value without the quotes around it, which are octets of the field or made the value a field of its own.
    private static func unquoted(
        _ value: ArraySlice<UInt8>,
        after token: PresentationToken,
        in scanner: inout PresentationScanner
    ) -> ArraySlice<UInt8> {
        let quote = UInt8(ascii: "\"")
        if value.count >= 2, value.first == quote, value.last == quote { return value.dropFirst().dropLast() }
        guard value.isEmpty, let rest = scanner.quotedContinuation(of: token) else { return value }
        return scanner.octets(of: rest)
    }

    /// The wire form of a value that was unescaped once; `nil` when a part of it is not what it should be.
    private static func wireValue(_ text: ArraySlice<UInt8>, of key: ServiceParameterKey) -> [UInt8]? {
        var value: [UInt8] = []
        switch key {
        case .mandatory:
            var keys: [UInt16] = []
            for part in split(list: text) {
                guard let key = ServiceParameterKey(part) else { return nil }
                keys.append(key.rawValue)
            }
            for key in keys.sorted() { value.append(uint16: key) }
        case .alpn:
            return protocolList(text)
        case .port:
            guard let port = number(text) else { return nil }
            value.append(uint16: port)
        case .tlsSupportedGroups:
            for part in split(list: text) {
                guard let group = number(part) else { return nil }
                value.append(uint16: group)
            }
        case .ipv4hint:
            for part in split(list: text) {
                guard let bits = AddressText.ipv4(part) else { return nil }
                value.append(uint32: bits)
            }
        case .ipv6hint:
            for part in split(list: text) {
                guard let bits = AddressText.ipv6(part) else { return nil }
                value.append(uint128: bits)
            }
        case .ech:
            var decoder = BaseEncoding.Decoder(.base64)
            guard decoder.decode(text, into: &value), decoder.isComplete else { return nil }
        default:
            return Array(text)
        }
        return value
    }

    /// Reads a comma-separated list in which `\,` and `\\` stand for themselves (RFC 9460 appendix A.1).
    private static func protocolList(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var value: [UInt8] = [0]
        var start = 0
        var index = text.startIndex
        while index < text.endIndex {
            var octet = text[index]
            index += 1
            if octet == UInt8(ascii: ",") {
                start = value.count
                value.append(0)
                continue
            }
            if octet == UInt8(ascii: "\\") {
                guard index < text.endIndex, [UInt8(ascii: ","), UInt8(ascii: "\\")].contains(text[index]) else {
                    return nil
                }
                octet = text[index]
                index += 1
            }
            value.append(octet)
            guard value[start] < 255 else { return nil }
            value[start] += 1
        }
        return value
    }

    private static func split(list text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    }

    private static func number(_ text: ArraySlice<UInt8>) -> UInt16? {
        guard (1...5).contains(text.count), text.allSatisfy(\.isDigit) else { return nil }
        return UInt16(exactly: text.reduce(0) { $0 * 10 + Int($1 &- 0x30) })
    }
}

// MARK: - To text

extension ServiceParameters {
    /// Appends the parameters with spaces between.
    static func present(_ octets: ArraySlice<UInt8>, into text: inout [UInt8]) {
        for (index, parameter) in (split(octets) ?? []).enumerated() {
            if index > 0 { text.append(UInt8(ascii: " ")) }
            text.append(contentsOf: parameter.key.description.utf8)
            guard !parameter.value.isEmpty else { continue }
            text.append(UInt8(ascii: "="))
            present(parameter, into: &text)
        }
    }

    /// Appends the value of one parameter.
    private static func present(_ parameter: Parameter, into text: inout [UInt8]) {
        let value = parameter.value
        switch parameter.key {
        case .mandatory:
            append(list: numbers(value), to: &text) { number, text in
                text.append(contentsOf: ServiceParameterKey(rawValue: number).description.utf8)
            }
        case .alpn:
            var list: [UInt8] = []
            append(list: CharacterString.split(value), to: &list) { name, list in
                for octet in name {
                    if octet == UInt8(ascii: ",") || octet == UInt8(ascii: "\\") { list.append(UInt8(ascii: "\\")) }
                    list.append(octet)
                }
            }
            CharacterString.quote(list, into: &text)
        case .port, .tlsSupportedGroups:
            append(list: numbers(value), to: &text) { $1.append(decimal: UInt64($0)) }
        case .ipv4hint, .ipv6hint:
            let width = parameter.key == .ipv4hint ? 4 : 16
            let starts = stride(from: 0, to: value.count, by: width)
            append(list: starts, to: &text) { $1.append(address: value.dropFirst($0).prefix(width)) }
        case .ech: BaseEncoding.base64.encode(value, into: &text)
        default: CharacterString.quote(value, into: &text)
        }
    }

    /// Appends the elements with commas between.
    private static func append<Element>(
        list: some Sequence<Element>,
        to text: inout [UInt8],
        _ append: (Element, inout [UInt8]) -> Void
    ) {
        for (index, element) in list.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            append(element, &text)
        }
    }
}
