import DNSWire
import ZoneFile

/// What is known of the servers of a pool that are looked up, and when they are looked up again. Pure.
///
///     asked ──▶ good answer ──▶ its servers, again after its TTL
///       └────▶ anything else ─▶ the servers of the last good answer, again soon
struct DiscoveryState: Sendable {
    /// Where is looked.
    let discovery: PoolRecord.Discovery
    /// The servers of the last good answer.
    private(set) var servers: [PoolServer] = []
    /// Why the last refresh failed; `nil` when it did not.
    private(set) var failure: DiscoveryError?
    /// Failures since the last good answer.
    private(set) var failuresInARow = 0

    /// No query follows another sooner, whatever the TTL.
    static let floor = Duration.seconds(1)

    init(_ discovery: PoolRecord.Discovery) {
        self.discovery = discovery
    }

    /// Takes in the servers of a whole answer.
    ///
    /// - Returns: whether they are others than before, and when to ask again.
    mutating func succeeded(_ found: [PoolServer], ttl: UInt32) -> (isChanged: Bool, next: Duration) {
        failure = nil
        failuresInARow = 0
        let sorted = found.sorted(by: Self.order)
        let isChanged = sorted != servers
        servers = sorted
        return (isChanged, max(Self.floor, min(.seconds(Int64(ttl)), discovery.refresh)))
    }

    /// Takes in that there was no good answer; the servers stay.
    ///
    /// - Returns: when to ask again: a second later at first, then after twice the time, up to `refresh`.
    mutating func failed(_ error: DiscoveryError) -> Duration {
        failure = error
        failuresInARow += 1
        return max(Self.floor, min(Self.floor * (1 << min(failuresInARow - 1, 16)), discovery.refresh))
    }

    /// An order of the servers that does not depend on that of the response, which name servers rotate.
    private static func order(_ left: PoolServer, _ right: PoolServer) -> Bool {
        if left.priority != right.priority { return left.priority < right.priority }
        if left.target != right.target { return left.target < right.target }
        return (left.port, left.weight) < (right.port, right.weight)
    }
}
