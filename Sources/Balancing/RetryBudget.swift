/// How many requests may be sent again: a part of those sent of late, so that retries cannot multiply the load on
/// servers that fail under it. As in Finagle's retry budget.
///
/// Each request puts `share` of a token in, each retry takes a whole one out; tokens are forgotten at an even rate over
/// 10 s. Besides, 10 retries a second are always allowed, so that a pool with few requests can have them repeated.
package struct RetryBudget: Sendable {
    /// Retries in requests at most, 0...1.
    package var share: Double

    /// Tokens from requests.
    private var tokens = 0.0
    /// Tokens of the reserve.
    private var reserve = Self.reservePerSecond * Self.window
    private var stamp: Moment?

    /// How long a token lasts, in seconds.
    static let window = 10.0
    /// Retries a second that are always allowed, gathered over a window.
    static let reservePerSecond = 10.0

    /// A budget with a full reserve.
    package init(share: Double = 0.2) {
        self.share = share
    }

    /// A request was sent for the first time.
    package mutating func deposit(at now: Moment) {
        advance(to: now)
        tokens += share
    }

    /// Asks for a retry.
    ///
    /// - Returns: whether it may be made; it is then counted. None may when `share` is 0.
    package mutating func withdraw(at now: Moment) -> Bool {
        guard share > 0 else { return false }
        advance(to: now)
        if tokens >= 1 {
            tokens -= 1
        } else if reserve >= 1 {
            reserve -= 1
        } else {
            return false
        }
        return true
    }

    private mutating func advance(to now: Moment) {
        let seconds = Double(now.nanoseconds(since: stamp ?? now)) / 1e9
        stamp = now
        tokens *= max(0, 1 - seconds / Self.window)
        reserve = min(Self.reservePerSecond * Self.window, reserve + seconds * Self.reservePerSecond)
    }
}
