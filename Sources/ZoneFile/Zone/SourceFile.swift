/// A file that a zone was read from, kept so that findings can show lines.
struct SourceFile: Sendable {
    /// The path as it was given, or as `$INCLUDE` made it.
    let path: String
    /// What is in it, without a byte order mark.
    let octets: [UInt8]
    /// The `$INCLUDE` that named it: the including file's index and the offset of the entry in it.
    let includedFrom: (file: Int, offset: Int)?

    /// The most octets of a line that an excerpt shows.
    private static let excerptWidth = 160

    /// A file; a UTF-8 byte order mark at its start is dropped.
    init(path: String, octets: [UInt8], includedFrom: (file: Int, offset: Int)? = nil) {
        self.path = path
        self.octets = octets.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(octets.dropFirst(3)) : octets
        self.includedFrom = includedFrom
    }

    /// The line and the column of an octet, both from 1; takes time in proportion to `offset`.
    func lineAndColumn(of offset: Int) -> (line: Int, column: Int) {
        let before = octets.prefix(offset)
        let start = lineStart(before: offset)
        return (before.count { $0 == newline } + 1, before.count - start + 1)
    }

    /// The offset of the first octet of the line that holds `offset`.
    func lineStart(before offset: Int) -> Int {
        octets.prefix(offset).lastIndex(of: newline).map { $0 + 1 } ?? 0
    }

    /// The line that holds `offset`, or the part of it around there.
    func excerpt(at offset: Int) -> Finding.Excerpt {
        let start = lineStart(before: offset)
        let from = offset - start > Self.excerptWidth / 2 ? offset - Self.excerptWidth / 2 : start
        let window = octets[min(from, octets.count)...].prefix(Self.excerptWidth).prefix { $0 != newline }
        return Finding.Excerpt(text: Self.printable(window), caret: min(offset - from, window.count))
    }

    /// Octets as text that a terminal shows as it is and that keeps the number of octets.
    private static func printable(_ octets: ArraySlice<UInt8>) -> String {
        let line = octets.last == UInt8(ascii: "\r") ? octets.dropLast() : octets
        if let text = String(validating: line, as: UTF8.self),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control && $0 != "\t" })
        {
            return text
        }
        return String(
            decoding: line.map { (0x20...0x7E).contains($0) || $0 == UInt8(ascii: "\t") ? $0 : UInt8(ascii: "?") },
            as: UTF8.self
        )
    }
}

/// The octet that ends a line of a zone file.
let newline = UInt8(ascii: "\n")
