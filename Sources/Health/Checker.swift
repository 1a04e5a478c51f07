/// Asks one target, again and again. Confined to its event loop.
protocol Checker: AnyObject {
    /// Whether it sees to it that a check does not take too long; otherwise whoever began the check cancels it.
    var keepsTime: Bool { get }

    /// Begins a check; none may be in progress.
    ///
    /// - Parameter onEnd: called once on the event loop with the result, not before this function returns, and not
    ///   after `cancel` or `stop`.
    func check(onEnd: @escaping (CheckOutcome) -> Void)

    /// Ends the check in progress without a result.
    func cancel()

    /// The same, and lets go of what it keeps between checks. It is used no more.
    func stop()
}

extension Checker {
    var keepsTime: Bool { false }

    func stop() { cancel() }
}

/// How many connections may still be kept open between checks on one event loop.
final class ConnectionBudget {
    private var left: Int

    init(_ limit: Int) { left = limit }

    /// Takes a place.
    ///
    /// - Returns: `false` when none is left.
    func take() -> Bool {
        guard left > 0 else { return false }
        left -= 1
        return true
    }

    /// Gives a place back.
    func giveBack() { left += 1 }
}
