/// What is wrong with a control record, and in which of its strings.
package struct ControlRecordError: Error, Hashable, Sendable {
    /// The kinds of fault.
    package enum Kind: Hashable, Sendable {
        /// A key that the record does not have, and the one that was perhaps meant.
        case unknownKey(String, suggestion: String?)
        /// A key that is given twice where once is allowed.
        case repeatedKey(String)
        /// A key that must be there.
        case missingKey(String)
        /// A value that is not of the key's form: the key, the value, and what is expected.
        case badValue(String, value: String, expected: String)
        /// A timeout longer than the interval.
        case timeoutAboveInterval
        /// The octets are not `key=value` strings.
        case malformed
    }

    /// What is wrong.
    package var kind: Kind
    /// The index of the string in the RDATA, which is that of the field in the zone file; `nil` for the whole record.
    package var field: Int?

    package init(_ kind: Kind, field: Int?) {
        self.kind = kind
        self.field = field
    }
}

extension ControlRecordError: CustomStringConvertible {
    package var description: String {
        switch kind {
        case .unknownKey(let key, _): "unknown key '\(key)'"
        case .repeatedKey(let key): "'\(key)' is given twice"
        case .missingKey(let key): "'\(key)=' is missing"
        case .badValue(let key, let value, _): "'\(value)' is no value of '\(key)'"
        case .timeoutAboveInterval: "the timeout is longer than the interval"
        case .malformed: "the record does not consist of key=value strings"
        }
    }

    /// What to do about it.
    package var hint: String? {
        switch kind {
        case .unknownKey(_, let suggestion): suggestion.map { "did you mean '\($0)'?" }
        case .badValue(_, _, let expected): expected
        case .timeoutAboveInterval: "an answer must come before the next check is due"
        default: nil
        }
    }

    /// The code of the finding it becomes.
    var code: FindingCode {
        switch kind {
        case .unknownKey: .unknownKey
        case .repeatedKey: .repeatedKey
        case .missingKey: .missingKey
        case .badValue, .malformed: .badValue
        case .timeoutAboveInterval: .timeoutAboveInterval
        }
    }
}
