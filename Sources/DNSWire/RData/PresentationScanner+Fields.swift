// The forms that many types share, each read from the next field or fields. `what` is the field's name, for messages.

extension PresentationScanner {
    /// Reads a number in decimal digits.
    mutating func number<Number: FixedWidthInteger & UnsignedInteger>(
        _ what: StaticString
    ) throws(RDataError) -> Number {
        let token = try next("\(what)")
        var value: UInt64 = 0
        for octet in octets(of: token) {
            guard octet.isDigit else { throw error(.invalid("\(what)", expected: "a number")) }
            value = value * 10 + UInt64(octet &- 0x30)
            guard value <= UInt64(Number.max) else {
                throw error(.outOfRange("\(what)", 0...UInt64(Number.max)))
            }
        }
        guard !token.range.isEmpty else { throw error(.invalid("\(what)", expected: "a number")) }
        return Number(truncatingIfNeeded: value)
    }

    /// Reads a field with `read`, which returns `nil` when the octets are not what is `expected`.
    mutating func value<Value>(
        _ what: StaticString,
        _ expected: StaticString,
        _ read: (ArraySlice<UInt8>) -> Value?
    ) throws(RDataError) -> Value {
        let token = try next("\(what)")
        guard let value = read(octets(of: token)) else {
            throw error(.invalid("\(what)", expected: "\(expected)"))
        }
        return value
    }

    /// Reads a name and appends its wire form, completed with the origin when it is relative.
    mutating func name(_ what: StaticString, into rdata: inout [UInt8]) throws(RDataError) {
        let token = try next("\(what)")
        let length: Int
        do {
            length = try DomainName.append(presentation: octets(of: token), origin: origin, to: &rdata)
        } catch {
            throw self.error(.name(error))
        }
        guard length > 0 else { throw error(.name(.emptyLabel)) }
    }

    /// Reads a character-string and appends it with its length octet.
    mutating func string(_ what: StaticString, into rdata: inout [UInt8]) throws(RDataError) {
        let start = rdata.count
        rdata.append(0)
        try text(what, into: &rdata)
        let length = rdata.count - start - 1
        guard length <= CharacterString.maximumLength else { throw error(.stringTooLong) }
        rdata[start] = UInt8(length)
    }

    /// Reads a string of any length and appends its octets.
    mutating func text(_ what: StaticString, into rdata: inout [UInt8]) throws(RDataError) {
        let token = try next("\(what)")
        do {
            try CharacterString.unescape(octets(of: token), into: &rdata)
        } catch {
            throw self.error(.name(error))
        }
    }

    /// Reads all remaining fields as one encoded string and appends what it encodes.
    ///
    /// - Parameter minimum: the least number of octets; with 0 there may be no field at all.
    mutating func encoded(
        _ what: StaticString,
        _ encoding: BaseEncoding,
        minimum: Int,
        into rdata: inout [UInt8]
    ) throws(RDataError) {
        let start = rdata.count
        if isAtEnd, minimum > 0 { throw RDataError(.missing("\(what)"), token: position) }
        var decoder = BaseEncoding.Decoder(encoding)
        while !isAtEnd {
            let token = try next("\(what)")
            guard decoder.decode(octets(of: token), into: &rdata) else {
                throw error(.invalid("\(what)", expected: encoding.name))
            }
        }
        guard decoder.isComplete else { throw error(.invalid("\(what)", expected: "whole octets in \(encoding.name)")) }
        guard rdata.count - start >= minimum else {
            throw error(.invalid("\(what)", expected: "at least \(minimum) octets in \(encoding.name)"))
        }
    }

    /// Reads one field as an encoded string and appends what it encodes after a length octet.
    ///
    /// - Parameter hyphenIsEmpty: whether `-` stands for no octets; without it there must be at least one.
    mutating func encodedString(
        _ what: StaticString,
        _ encoding: BaseEncoding,
        hyphenIsEmpty: Bool,
        into rdata: inout [UInt8]
    ) throws(RDataError) {
        let token = try next("\(what)")
        let text = octets(of: token)
        let start = rdata.count
        rdata.append(0)
        if hyphenIsEmpty, text.elementsEqual([UInt8(ascii: "-")]) { return }
        var decoder = BaseEncoding.Decoder(encoding)
        guard decoder.decode(text, into: &rdata), decoder.isComplete, !text.isEmpty else {
            throw error(.invalid("\(what)", expected: encoding.name + (hyphenIsEmpty ? " or -" : "")))
        }
        let length = rdata.count - start - 1
        guard length <= CharacterString.maximumLength else { throw error(.stringTooLong) }
        rdata[start] = UInt8(length)
    }
}

extension UInt8 {
    /// Whether this is an ASCII digit.
    var isDigit: Bool { self &- 0x30 < 10 }

    /// Whether this is an ASCII letter or digit.
    var isAlphanumeric: Bool { isDigit || (self | 0x20) &- 0x61 < 26 }

    /// The value of a hexadecimal digit, 0...15.
    var hexadecimalValue: UInt8? {
        if isDigit { return self &- 0x30 }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? letter + 10 : nil
    }
}
