import Synchronization

/// What a proxy has done since it started.
package final class ProxyCounters: Sendable {
    private let requestCount = Atomic<UInt64>(0)
    private let clientCount = Atomic<UInt64>(0)
    private let connectCount = Atomic<UInt64>(0)
    private let reuseCount = Atomic<UInt64>(0)
    private let retryCount = Atomic<UInt64>(0)
    private let abortCount = Atomic<UInt64>(0)
    private let droppedDatagramCount = Atomic<UInt64>(0)
    private let flowCount = Atomic<UInt64>(0)
    private let drainOverrunCount = Atomic<UInt64>(0)
    private let refusalCounts = Mutex<[Refusal: UInt64]>([:])
    private let breakOffCounts = Mutex<[BreakOff: UInt64]>([:])

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
    /// Responses that were broken off after they had begun.
    package var upstreamAborts: UInt64 {
        breakOffCounts.withLock { counts in
            [.upstreamClosed, .upstreamMalformed, .stalled, .totalTimeout, .requestMalformed]
                .reduce(0) { $0 + (counts[$1] ?? 0) }
        }
    }
    /// Connections of clients that the proxy broke off, by reason.
    package var breakOffs: [BreakOff: UInt64] { breakOffCounts.withLock { $0 } }
    /// Flows of datagrams that have begun.
    package var flows: UInt64 { flowCount.load(ordering: .relaxed) }
    /// Datagrams that could not be passed on.
    package var droppedDatagrams: UInt64 { droppedDatagramCount.load(ordering: .relaxed) }
    /// Requests and tunnels ended because their server had been draining for too long.
    package var drainOverruns: UInt64 { drainOverrunCount.load(ordering: .relaxed) }
    /// Requests answered by the proxy with an error, by reason.
    package var refusals: [Refusal: UInt64] { refusalCounts.withLock { $0 } }

    func countRequest() { requestCount.add(1, ordering: .relaxed) }
    func countClient() { clientCount.add(1, ordering: .relaxed) }
    func countConnect() { connectCount.add(1, ordering: .relaxed) }
    func countReuse() { reuseCount.add(1, ordering: .relaxed) }
    func countRetry() { retryCount.add(1, ordering: .relaxed) }
    func countClientAbort() { abortCount.add(1, ordering: .relaxed) }
    func countFlow() { flowCount.add(1, ordering: .relaxed) }
    func countDroppedDatagram() { droppedDatagramCount.add(1, ordering: .relaxed) }
    func countDrainOverrun() { drainOverrunCount.add(1, ordering: .relaxed) }
    func count(_ reason: BreakOff) { breakOffCounts.withLock { $0[reason, default: 0] += 1 } }
    func count(_ refusal: Refusal) { refusalCounts.withLock { $0[refusal, default: 0] += 1 } }
}
