@testable import DNSWire

/// The RDATA fields of one entry, cut at spaces, quotes and nothing else; origin example.com.
func scan(_ text: String, origin: String = "example.com.") throws -> PresentationScanner {
    let source = Array(text.utf8)
    var tokens: [PresentationToken] = []
    var index = 0
    while index < source.count {
        if source[index] == UInt8(ascii: " ") {
            index += 1
            continue
        }
        let isQuoted = source[index] == UInt8(ascii: "\"")
        if isQuoted { index += 1 }
        let start = index
        var isInside = isQuoted
        while index < source.count {
            if source[index] == UInt8(ascii: "\\") {
                index += 2
                continue
            }
            if source[index] == UInt8(ascii: "\"") {
                if isQuoted { break }
                isInside.toggle()
            }
            if source[index] == UInt8(ascii: " "), !isInside { break }
            index += 1
        }
        let end = min(index, source.count)
        tokens.append(PresentationToken(range: start..<end, isQuoted: isQuoted))
        if isQuoted { index += 1 }
    }
    return PresentationScanner(source: source, tokens: tokens[...], origin: try DomainName(origin))
}

/// The wire form of RDATA in text.
func wire(_ type: RRType, _ text: String) throws -> [UInt8] {
    var scanner = try scan(text)
    var rdata: [UInt8] = []
    try RData.parse(type, from: &scanner, into: &rdata)
    return rdata
}

/// The error that RDATA in text is refused with.
func fault(_ type: RRType, _ text: String) throws -> RDataError? {
    var scanner = try scan(text)
    var rdata: [UInt8] = [1, 2, 3]
    do throws(RDataError) {
        try RData.parse(type, from: &scanner, into: &rdata)
        return nil
    } catch {
        return rdata == [1, 2, 3] ? error : nil
    }
}

/// The octets written in hexadecimal; spaces are left out.
func octets(_ hex: some StringProtocol) -> [UInt8] {
    let digits = String(hex.filter(\.isHexDigit))
    return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
        UInt8(digits.dropFirst($0).prefix(2), radix: 16)
    }
}

/// The octets in hexadecimal.
func hex(_ octets: some Sequence<UInt8>) -> String {
    octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
