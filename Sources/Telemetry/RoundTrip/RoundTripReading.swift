/// How far one reader has read the round trips of one proxy, and which reports follow on that.
///
/// A report that was held back and sent again, or one of an earlier run of the proxy, follows on nothing: its digests
/// would look younger than they are.
package struct RoundTripReading: Hashable, Sendable {
    /// What the proxy is asked with.
    package private(set) var cursor = RoundTripCursor.start
    /// The proxy's clock in the last report.
    private var clock: UInt32 = 0
    /// The runs that have ended, the latest last.
    private var ended: [UInt64] = []

    /// Runs that are remembered.
    private static let endedLimit = 16

    /// Nothing has been read.
    package init() {}

    /// Reads a report if it follows on what was read.
    ///
    /// - Returns: whether it does.
    package mutating func accepts(_ report: RoundTripReport) -> Bool {
        if report.epoch == cursor.epoch {
            guard report.since == cursor.version, report.version >= cursor.version, report.now >= clock else {
                return false
            }
        } else {
            guard report.since == 0, !ended.contains(report.epoch) else { return false }
            if cursor != .start {
                ended.append(cursor.epoch)
                if ended.count > Self.endedLimit { ended.removeFirst() }
            }
        }
        (cursor, clock) = (report.cursor, report.now)
        return true
    }
}
