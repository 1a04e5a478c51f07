/// A place in a zone file.
package struct SourcePosition: Hashable, Sendable {
    /// The file's path, as it was given or written in `$INCLUDE`.
    package var file: String
    /// The line, from 1.
    package var line: Int
    /// The column, from 1, in octets.
    package var column: Int
    /// The `$INCLUDE` entries that led to the file, innermost first; empty for a zone file itself.
    package var includedFrom: [SourcePosition]

    package init(file: String, line: Int = 1, column: Int = 1, includedFrom: [SourcePosition] = []) {
        self.file = file
        self.line = line
        self.column = column
        self.includedFrom = includedFrom
    }
}

extension SourcePosition: CustomStringConvertible {
    /// `FILE:LINE:COLUMN`
    package var description: String { "\(file):\(line):\(column)" }
}
