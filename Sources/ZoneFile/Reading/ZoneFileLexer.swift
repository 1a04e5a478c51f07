import DNSWire

/// Splits a zone file into entries and fields (RFC 1035 section 5.1): one entry a line, or several lines joined by
/// parentheses; fields between blanks, or in double quotes on one line; comments from `;` to the end of the line.
///
/// A quoted part directly after `=` belongs to its field, as `alpn="h2,h3"` is written in SVCB records (RFC 9460).
struct ZoneFileLexer: Sendable {
    /// The start of an entry.
    struct Entry {
        /// The offset of its first field.
        var offset: Int
        /// Whether its line starts with a blank, which stands for the owner of the entry before.
        var startsBlank: Bool
    }

    /// Why an entry cannot be split into fields.
    struct Fault: Error {
        var code: FindingCode
        /// Where it shows.
        var offset: Int
        /// Whether that is between parentheses.
        var isNested: Bool
    }

    /// The most octets of a field: 65535 octets of RDATA in hexadecimal, and room.
    static let maximumField = 1 << 18
    /// The most octets of an entry with its comments.
    static let maximumEntry = 1 << 20

    /// The file.
    let octets: [UInt8]
    /// Where the next entry is looked for.
    private(set) var offset: Int
    /// Whether the rest of the file was once looked through for a closing parenthesis; it is not done again, so that
    /// reading stays linear.
    private var soughtToEnd = false

    init(_ octets: [UInt8], offset: Int = 0) {
        self.octets = octets
        self.offset = offset
    }

    /// The fields of the next entry that has any.
    ///
    /// - Parameter tokens: emptied, then filled; its storage is used again.
    /// - Returns: `nil` at the end of the file.
    /// - Throws: ``Fault``; call ``recover(from:)`` before going on.
    mutating func next(into tokens: inout [PresentationToken]) throws(Fault) -> Entry? {
        tokens.removeAll(keepingCapacity: true)
        let octets = octets
        let text = octets.span
        var index = offset
        var lineStart = index
        var entry = Entry(offset: index, startsBlank: false)
        var depth = 0
        var opening = index
        while index < text.count {
            let octet = text[index]
            switch octet {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                index += 1
            case newline:
                index += 1
                guard depth == 0 else { continue }
                if !tokens.isEmpty {
                    offset = index
                    return entry
                }
                lineStart = index
            case UInt8(ascii: ";"):
                while index < text.count, text[index] != newline { index += 1 }
            case UInt8(ascii: "("):
                if depth == 0 { opening = index }
                depth += 1
                index += 1
            case UInt8(ascii: ")"):
                guard depth > 0 else { throw Fault(code: .unmatchedParenthesis, offset: index, isNested: false) }
                depth -= 1
                index += 1
            default:
                if tokens.isEmpty {
                    entry = Entry(offset: index, startsBlank: text[lineStart] == 0x20 || text[lineStart] == 0x09)
                    if depth == 0 { opening = index }
                }
                guard index - opening <= Self.maximumEntry else {
                    throw Fault(code: .entryTooLong, offset: index, isNested: depth > 0)
                }
                tokens.append(try field(at: &index, in: text, isNested: depth > 0))
            }
        }
        guard depth == 0 else { throw Fault(code: .unterminatedParenthesis, offset: opening, isNested: true) }
        offset = index
        return tokens.isEmpty ? nil : entry
    }

    /// Goes on after a fault: at the next line, or where the fault was between parentheses, at the next line that does
    /// not look like more of the same entry.
    mutating func recover(from fault: Fault) {
        var index = fault.offset
        if fault.code == .unterminatedParenthesis {
            if soughtToEnd { index = octets.count }
            soughtToEnd = true
        }
        repeat {
            while index < octets.count, octets[index] != newline { index += 1 }
            index = min(index + 1, octets.count)
        } while fault.isNested && index < octets.count && Self.continuesEntry(octets[index])
        offset = index
    }

    /// Whether a line that starts with this octet is rather the inside of a parenthesis than a new entry.
    private static func continuesEntry(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), newline, UInt8(ascii: ")"), UInt8(ascii: ";"):
            true
        default: false
        }
    }

    /// The field that starts at `index`, which is moved past it.
    private func field(
        at index: inout Int,
        in text: Span<UInt8>,
        isNested: Bool
    ) throws(Fault) -> PresentationToken {
        let start = index
        if text[start] == UInt8(ascii: "\"") {
            let end = try closingQuote(of: start, in: text, isNested: isNested)
            index = end + 1
            return PresentationToken(range: (start + 1)..<end, isQuoted: true)
        }
        while index < text.count {
            let octet = text[index]
            if octet == UInt8(ascii: "\"") {
                index += 1
                if text[index - 2] == UInt8(ascii: "=") {
                    index = try closingQuote(of: index - 1, in: text, isNested: isNested) + 1
                }
            } else if octet == UInt8(ascii: "\\") {
                index += index + 1 < text.count && text[index + 1] != newline ? 2 : 1
            } else if Self.endsField(octet) {
                break
            } else if octet == 0 {
                throw Fault(code: .nulOctet, offset: index, isNested: isNested)
            } else {
                index += 1
            }
        }
        guard index - start <= Self.maximumField else {
            throw Fault(code: .fieldTooLong, offset: start, isNested: isNested)
        }
        return PresentationToken(range: start..<index, isQuoted: false)
    }

    /// Whether an unquoted field ends before this octet.
    @inline(__always)
    private static func endsField(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), newline, UInt8(ascii: ";"), UInt8(ascii: "("),
            UInt8(ascii: ")"):
            true
        default: false
        }
    }

    /// The offset of the quote that closes the one at `opening`.
    private func closingQuote(of opening: Int, in text: Span<UInt8>, isNested: Bool) throws(Fault) -> Int {
        var index = opening + 1
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "\""):
                guard index - opening <= Self.maximumField else {
                    throw Fault(code: .fieldTooLong, offset: opening, isNested: isNested)
                }
                return index
            case UInt8(ascii: "\\"): index += index + 1 < text.count && text[index + 1] != newline ? 2 : 1
            case 0: throw Fault(code: .nulOctet, offset: index, isNested: isNested)
            case newline: throw Fault(code: .unterminatedQuote, offset: opening, isNested: isNested)
            default: index += 1
            }
        }
        throw Fault(code: .unterminatedQuote, offset: opening, isNested: isNested)
    }
}

extension ZoneFileLexer.Fault {
    /// What is wrong, in words.
    var message: String {
        switch code {
        case .unterminatedQuote: "the quote is not closed on its line"
        case .unterminatedParenthesis: "the parenthesis is never closed"
        case .unmatchedParenthesis: "no parenthesis is open here"
        case .nulOctet: "NUL octet"
        case .fieldTooLong: "field longer than \(ZoneFileLexer.maximumField) octets"
        default: "entry longer than \(ZoneFileLexer.maximumEntry) octets"
        }
    }

    /// What to do about it.
    var hint: String? {
        switch code {
        case .unterminatedQuote: "a quote inside a string is written \\\""
        case .nulOctet: "write \\000, or save the file as plain text"
        default: nil
        }
    }
}
