import NIOCore

/// Something that has a `DeadlineTimer`.
protocol DeadlineOwner: AnyObject {
    /// The timer's task has come due: `DeadlineTimer.hasPassed` says whether the deadline has, too.
    func timerFired()
}

/// One deadline of a connection, moved often and reached seldom.
///
/// A task is scheduled only when none is due before the new deadline; a task that comes too early schedules itself
/// anew. So a connection that is busy touches the event loop's timers once in a deadline's time and not per request.
struct DeadlineTimer {
    private var deadline: NIODeadline?
    private var task: Scheduled<Void>?
    private var taskDue = NIODeadline.distantFuture

    /// Moves the deadline to `time` from now, or to `limit` if that is earlier.
    mutating func set(
        _ time: Duration,
        notAfter limit: NIODeadline? = nil,
        on eventLoop: any EventLoop,
        for owner: some DeadlineOwner
    ) {
        var deadline = eventLoop.now + TimeAmount(time)
        if let limit, limit < deadline { deadline = limit }
        self.deadline = deadline
        if task == nil || deadline < taskDue { schedule(deadline, on: eventLoop, for: owner) }
    }

    /// Takes the deadline away.
    mutating func clear() {
        deadline = nil
    }

    /// Whether the deadline has passed; if it has not and there is one, the owner will be told again.
    mutating func hasPassed(on eventLoop: any EventLoop, for owner: some DeadlineOwner) -> Bool {
        task = nil
        guard let deadline else { return false }
        if eventLoop.now >= deadline {
            self.deadline = nil
            return true
        }
        schedule(deadline, on: eventLoop, for: owner)
        return false
    }

    /// Ends the timer.
    mutating func cancel() {
        task?.cancel()
        task = nil
        deadline = nil
    }

    private mutating func schedule(_ due: NIODeadline, on eventLoop: any EventLoop, for owner: some DeadlineOwner) {
        task?.cancel()
        taskDue = due
        task = eventLoop.assumeIsolated().scheduleTask(deadline: due) { owner.timerFired() }
    }
}
