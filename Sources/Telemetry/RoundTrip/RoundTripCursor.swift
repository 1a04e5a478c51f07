/// How much of a table of round trips has been read: what a reader gives back to hear only what changed since.
///
/// As text `EPOCH.VERSION`, the epoch in 16 hexadecimal digits, or `0` for nothing yet.
package struct RoundTripCursor: Hashable, Sendable {
    /// Tells one table from the next, as after a restart of the proxy.
    package var epoch: UInt64
    /// The version of the last change that was read; 0 for none.
    package var version: UInt64

    /// Nothing has been read of any table.
    package static let start = RoundTripCursor(epoch: 0, version: 0)

    package init(epoch: UInt64, version: UInt64) {
        self.epoch = epoch
        self.version = version
    }

    /// Reads the text.
    ///
    /// - Returns: `nil` for anything that ``description`` does not give.
    package init?(_ text: some StringProtocol) {
        if text == "0" {
            self = .start
            return
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let epoch = UInt64(parts[0], radix: 16), let version = UInt64(parts[1]) else {
            return nil
        }
        self.init(epoch: epoch, version: version)
        // No signs, no leading zeros, no capitals: one cursor has one text.
        guard description == text else { return nil }
    }
}

extension RoundTripCursor: CustomStringConvertible {
    package var description: String {
        if self == .start { return "0" }
        let digits = String(epoch, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits + ".\(version)"
    }
}
