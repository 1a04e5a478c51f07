/// One field of a master-file entry, as a range of the file's octets.
package struct PresentationToken: Sendable {
    /// The octets between the delimiters, escapes intact, quotes not included.
    package var range: Range<Int>
    /// Whether it was written in double quotes.
    package var isQuoted: Bool

    package init(range: Range<Int>, isQuoted: Bool) {
        self.range = range
        self.isQuoted = isQuoted
    }
}

/// The RDATA fields of one master-file entry, read one after the other.
///
/// Fields stay where they are in the file; nothing is copied until a reader asks for it.
package struct PresentationScanner: Sendable {
    /// The octets that the tokens' ranges point into.
    package let source: [UInt8]
    /// The fields of the RDATA.
    package let tokens: ArraySlice<PresentationToken>
    /// What relative names in the RDATA are completed with.
    package let origin: DomainName
    /// The index in `tokens` of the next field to read.
    package private(set) var position: Int

    package init(source: [UInt8], tokens: ArraySlice<PresentationToken>, origin: DomainName) {
        self.source = source
        self.tokens = tokens
        self.origin = origin
        position = tokens.startIndex
    }

    /// Whether every field was read.
    package var isAtEnd: Bool { position == tokens.endIndex }

    /// The number of fields still unread.
    package var remaining: Int { tokens.endIndex - position }

    /// The next field without moving past it.
    package var peek: PresentationToken? { isAtEnd ? nil : tokens[position] }

    /// The octets of a field, escapes intact.
    package func octets(of token: PresentationToken) -> ArraySlice<UInt8> { source[token.range] }

    /// The next field.
    ///
    /// - Parameter what: the field's name, for the message when there is none ("preference").
    /// - Throws: ``RDataError`` of kind ``RDataError/Kind/missing(_:)``
    package mutating func next(_ what: @autoclosure () -> String) throws(RDataError) -> PresentationToken {
        guard !isAtEnd else { throw RDataError(.missing(what()), token: position) }
        defer { position += 1 }
        return tokens[position]
    }

    /// The quoted field that follows `token` without a blank between, as in `key="value"` where the quote starts a field
    /// of its own; it is then read. `nil` when there is none.
    package mutating func quotedContinuation(of token: PresentationToken) -> PresentationToken? {
        guard let next = peek, next.isQuoted, next.range.lowerBound == token.range.upperBound + 1 else { return nil }
        position += 1
        return next
    }

    /// An error at the field that was read last.
    package func error(_ kind: RDataError.Kind) -> RDataError {
        RDataError(kind, token: max(position - 1, tokens.startIndex))
    }
}

/// What is wrong with RDATA in presentation form, and at which field.
package struct RDataError: Error, Hashable, Sendable {
    /// The kinds of fault.
    package enum Kind: Hashable, Sendable {
        /// A field is not there; its name.
        case missing(String)
        /// More fields than the type has.
        case surplus
        /// A field is not what it should be: the field's name and what is expected.
        case invalid(String, expected: String)
        /// A number outside its range.
        case outOfRange(String, ClosedRange<UInt64>)
        /// A bad name.
        case name(DomainNameError)
        /// A character-string of more than 255 octets.
        case stringTooLong
        /// More than 65535 octets of RDATA.
        case tooLong
        /// A key that the record does not have, and the key that was perhaps meant.
        case unknownKey(String, suggestion: String?)
        /// A key that is given twice where once is allowed.
        case repeatedKey(String)
        /// The type's presentation form is not known; `\#` can be used (RFC 3597).
        case unknownType(RRType)
    }

    package var kind: Kind
    /// The index of the field in ``PresentationScanner/tokens``; one past the last when a field is missing.
    package var token: Int

    package init(_ kind: Kind, token: Int) {
        self.kind = kind
        self.token = token
    }
}

extension RDataError.Kind: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let what): "\(what) is missing"
        case .surplus: "more fields than this type has"
        case .invalid(let what, let expected): "\(what) must be \(expected)"
        case .outOfRange(let what, let range): "\(what) must be \(range.lowerBound) to \(range.upperBound)"
        case .name(let error): "\(error)"
        case .stringTooLong: "a character-string holds at most 255 octets"
        case .tooLong: "RDATA longer than 65535 octets"
        case .unknownKey(let key, let suggestion):
            "unknown key '\(key)'" + (suggestion.map { ", did you mean '\($0)'?" } ?? "")
        case .repeatedKey(let key): "'\(key)' is given twice"
        case .unknownType(let type): "the fields of \(type) are not known; write them as \\# LENGTH HEX (RFC 3597)"
        }
    }
}
