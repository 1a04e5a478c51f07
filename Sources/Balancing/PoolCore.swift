/// The decisions of a pool: who gets which server, who waits, what may be tried again. No I/O, no lock, no clock.
///
///     request ──▶ server free ─────────────▶ placed ──▶ ended
///        │                                     ↑
///        └──▶ all full ──▶ waits in line ──────┘      a place that comes free goes to the first in line
///                              └──▶ leaves: deadline, client gone
package struct PoolCore<Waiter: Sendable>: Sendable {
    /// What is in line.
    private struct Waiting: Sendable {
        let waiter: Waiter
        let tried: [Int]
        let key: UInt64
    }

    /// Chooses servers; its servers, policy and their conditions are changed through it.
    package var balancer: Balancer
    /// How many may wait.
    package var lineLimit = 0
    /// What has happened.
    package private(set) var counts = PoolCounts()
    private var line = WaitingLine<Waiting>()
    private var budget = RetryBudget()

    /// How many of those in line are looked at when the first cannot use the place that is free.
    private static var look: Int { 32 }

    package init(_ balancer: Balancer) {
        self.balancer = balancer
    }

    /// How many wait.
    package var waiting: Int { line.count }

    /// The part of requests that may be sent again, 0...1.
    package var retryShare: Double {
        get { budget.share }
        set { budget.share = newValue }
    }

    /// Chooses a server and counts the request as in progress there.
    ///
    /// - Parameters:
    ///   - tried: servers that have already failed this request.
    ///   - key: see `Balancer.pick`.
    /// - Returns: `full` also while others wait.
    package mutating func place(excluding tried: [Int] = [], key: UInt64 = 0, at now: Moment) -> Balancer.Choice {
        if tried.isEmpty { budget.deposit(at: now) }
        guard line.count == 0 else { return .full }
        return choose(excluding: tried, key: key, at: now)
    }

    private mutating func choose(excluding tried: [Int], key: UInt64, at now: Moment) -> Balancer.Choice {
        let choice = balancer.pick(excluding: tried, key: key, at: now)
        if case .server(let server) = choice {
            balancer.requestBegan(on: server)
            if balancer.isPanicking { counts.panicked &+= 1 }
        }
        return choice
    }

    /// Ends what `place` or `next` began.
    package mutating func ended(on server: Int, _ outcome: RequestOutcome, at now: Moment) {
        balancer.requestEnded(on: server, outcome, at: now)
    }

    /// Whether a request may be sent again; it is then counted.
    ///
    /// - Parameter isFree: whether the failed try was refused at once, so that no server has more to do for it: such a
    ///   request only goes where it should have gone, and half a pool may go down without its clients hearing of it.
    package mutating func mayRetry(isFree: Bool = false, at now: Moment) -> Bool {
        if isFree ? budget.share > 0 : budget.withdraw(at: now) { return true }
        counts.retriesDenied &+= 1
        return false
    }

    // MARK: - The line

    /// Puts a request for which `place` found all servers full in line.
    ///
    /// - Returns: `nil` when the line is full.
    package mutating func wait(
        _ waiter: Waiter,
        excluding tried: [Int],
        key: UInt64
    ) -> WaitingTicket? {
        let ticket = line.join(Waiting(waiter: waiter, tried: tried, key: key), limit: lineLimit)
        if ticket == nil { counts.overflowed &+= 1 } else { counts.waited &+= 1 }
        return ticket
    }

    /// Takes a request out of line.
    ///
    /// - Parameter timedOut: whether its deadline has passed.
    /// - Returns: whether it was still there; if not, it has been given a server.
    package mutating func leave(_ ticket: WaitingTicket, timedOut: Bool) -> Bool {
        guard line.leave(ticket) != nil else { return false }
        if timedOut { counts.timedOut &+= 1 }
        return true
    }

    /// Gives the first in line that can use one a place that has come free. To be called until it gives nothing,
    /// whenever a request has ended or servers have changed.
    package mutating func next(at now: Moment) -> (waiter: Waiter, server: Int)? {
        guard line.count > 0 else { return nil }
        var line = line
        self.line = WaitingLine()
        defer { self.line = line }
        let served = line.serve(upTo: Self.look) { waiting -> Int? in
            guard case .server(let server) = choose(excluding: waiting.tried, key: waiting.key, at: now) else {
                return nil
            }
            return server
        }
        return served.map { ($0.0.waiter, $0.1) }
    }
}

/// What has happened since the pool was made.
package struct PoolCounts: Hashable, Sendable {
    /// Requests that had to wait.
    package var waited = 0
    /// Requests refused because the line was full.
    package var overflowed = 0
    /// Requests that left the line at their deadline.
    package var timedOut = 0
    /// Requests placed while all servers were given for want of healthy ones.
    package var panicked = 0
    /// Retries that the budget did not allow.
    package var retriesDenied = 0

    /// Nothing yet.
    package init() {}
}
