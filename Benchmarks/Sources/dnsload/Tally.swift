/// What was counted in one measurement.
struct Tally {
    var sent: UInt64 = 0
    /// Responses that match a query.
    var answered: UInt64 = 0
    /// Queries without an answer in time.
    var lost: UInt64 = 0
    /// Datagrams that match no query that is waiting.
    var stray: UInt64 = 0
    /// Queries that the kernel did not take.
    var refused: UInt64 = 0
    /// Responses with TC set.
    var truncated: UInt64 = 0
    /// The sum of all ANCOUNT.
    var answerRecords: UInt64 = 0
    /// Responses by RCODE.
    var rcodes = InlineArray<16, UInt64>(repeating: 0)
    var latency = LatencyHistogram()
}
