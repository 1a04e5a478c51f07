extension CheckSchedule {
    /// The part of the interval after which the next check comes while a change is in doubt.
    package static let partInDoubt = 0.5
    /// By how much of itself each interval is longer or shorter at random, so that checks do not come in step.
    package static let jitter = 0.1

    /// The shortest time in which so many results in a row can come, from the result before them on.
    ///
    /// - Parameters:
    ///   - count: at least 1; the first may put the state in doubt, so that those after it come sooner.
    ///   - isInDoubt: whether the state is in doubt already.
    package func shortestTime(forResults count: Int, isInDoubt: Bool) -> Duration {
        let hurried = interval * Self.partInDoubt
        let first = isInDoubt ? hurried : interval
        return (first + hurried * Double(max(1, count) - 1)) * (1 - Self.jitter)
    }
}
