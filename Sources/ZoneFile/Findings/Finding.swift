/// A fault in a zone file, with the place and what to do about it.
package struct Finding: Hashable, Sendable {
    /// How bad it is.
    package enum Severity: String, Sendable, Encodable {
        /// The zone cannot be served.
        case error
        /// The zone is served, but probably not as it was meant.
        case warning
    }

    /// The line at fault, as far as it is worth showing.
    package struct Excerpt: Hashable, Sendable {
        /// The line, or the part of a long line around the fault, without control characters.
        package var text: String
        /// How many octets of `text` precede the fault.
        package var caret: Int
    }

    /// What kind of fault it is.
    package var code: FindingCode
    /// How bad it is.
    package var severity: Severity
    /// What is wrong, in one sentence without a final dot.
    package var message: String
    /// What to do about it, where that is not plain from the message.
    package var hint: String?
    /// Where it is.
    package var position: SourcePosition
    /// The line at fault; `nil` when there is none, as for a file that cannot be read.
    package var excerpt: Excerpt?

    package init(
        _ code: FindingCode,
        _ message: String,
        hint: String? = nil,
        at position: SourcePosition,
        excerpt: Excerpt? = nil
    ) {
        self.code = code
        severity = code.severity
        self.message = message
        self.hint = hint
        self.position = position
        self.excerpt = excerpt
    }
}

extension Finding: CustomStringConvertible {
    /// `FILE:LINE:COLUMN: SEVERITY: MESSAGE [CODE]`, the line at fault, a caret under the place, the hint, and where the
    /// file was included from; without a final line end.
    package var description: String {
        var text = "\(position): \(severity.rawValue): \(message) [\(code.rawValue)]"
        if let excerpt {
            text += "\n\(excerpt.text)\n\(excerpt.caretLine)"
        }
        if let hint { text += "\nhint: \(hint)" }
        for site in position.includedFrom { text += "\nincluded from \(site)" }
        return text
    }
}

extension Finding.Excerpt {
    /// Blanks and a caret, so that the caret stands under the fault when both lines are printed.
    package var caretLine: String {
        let before = String(decoding: text.utf8.prefix(caret), as: UTF8.self)
        return String(before.map { $0 == "\t" ? "\t" : " " }) + "^"
    }
}

extension Finding: Encodable {
    private enum Key: String, CodingKey {
        case severity, code, message, hint, file, line, column, source, includedFrom
    }

    private struct Site: Encodable {
        var file: String
        var line: Int
        var column: Int
    }

    /// One flat object: `severity code message hint file line column source includedFrom`; what is absent is left out.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(severity, forKey: .severity)
        try container.encode(code, forKey: .code)
        try container.encode(message, forKey: .message)
        try container.encodeIfPresent(hint, forKey: .hint)
        try container.encode(position.file, forKey: .file)
        try container.encode(position.line, forKey: .line)
        try container.encode(position.column, forKey: .column)
        try container.encodeIfPresent(excerpt?.text, forKey: .source)
        if !position.includedFrom.isEmpty {
            let sites = position.includedFrom.map { Site(file: $0.file, line: $0.line, column: $0.column) }
            try container.encode(sites, forKey: .includedFrom)
        }
    }
}
