import Synchronization

/// What a proxy has done since it started.
package final class ProxyCounters: Sendable {
    private let requestCount = Atomic<UInt64>(0)
    private let clientCount = Atomic<UInt64>(0)
    private let connectCount = Atomic<UInt64>(0)
    private let reuseCount = Atomic<UInt64>(0)
    private let retryCount = Atomic<UInt64>(0)
    private let abortCount = Atomic<UInt64>(0)
    private let upstreamAbortCount = Atomic<UInt64>(0)
    private let refusalCounts = Mutex<[Refusal: UInt64]>([:])

    /// Request heads that were accepted.
    package var requests: UInt64 { requestCount.load(ordering: .relaxed) }
    /// Connections accepted from clients.
    package var clients: UInt64 { clientCount.load(ordering: .relaxed) }
    /// Connections made to servers.
    package var connects: UInt64 { connectCount.load(ordering: .relaxed) }
    /// Requests sent on a connection that had carried one before.
    package var reuses: UInt64 { reuseCount.load(ordering: .relaxed) }
    /// Requests sent, or connections tried, again.
    package var retries: UInt64 { retryCount.load(ordering: .relaxed) }
    /// Requests given up because the client closed its connection.
    package var clientAborts: UInt64 { abortCount.load(ordering: .relaxed) }
    /// Responses that a server broke off after they had begun.
    package var upstreamAborts: UInt64 { upstreamAbortCount.load(ordering: .relaxed) }
    /// Requests answered by the proxy with an error, by reason.
    package var refusals: [Refusal: UInt64] { refusalCounts.withLock { $0 } }

    func countRequest() { requestCount.add(1, ordering: .relaxed) }
    func countClient() { clientCount.add(1, ordering: .relaxed) }
    func countConnect() { connectCount.add(1, ordering: .relaxed) }
    func countReuse() { reuseCount.add(1, ordering: .relaxed) }
    func countRetry() { retryCount.add(1, ordering: .relaxed) }
    func countClientAbort() { abortCount.add(1, ordering: .relaxed) }
    func countUpstreamAbort() { upstreamAbortCount.add(1, ordering: .relaxed) }
    func count(_ refusal: Refusal) { refusalCounts.withLock { $0[refusal, default: 0] += 1 } }
}
