package import NIOCore
import ZoneFile

extension HealthTarget {
    /// Asks the target once, now, outside any schedule.
    ///
    /// - Returns: the result, within the schedule's timeout; `nil` for a target that is asked nothing. It fails only
    ///   when the event loop no longer runs.
    package func checkOnce(on eventLoop: any EventLoop) -> EventLoopFuture<CheckOutcome?> {
        eventLoop.flatSubmit {
            let promise = eventLoop.makePromise(of: CheckOutcome?.self)
            let budget = ConnectionBudget(0)
            let timeout = schedule.timeout
            guard let checker = request.checker(on: eventLoop, timeout: timeout, budget: budget) else {
                promise.succeed(nil)
                return promise.futureResult
            }
            var timer: Scheduled<Void>?
            if !checker.keepsTime {
                timer = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(timeout)) {
                    promise.succeed(.failed(.timeout(timeout)))
                    checker.stop()
                }
            }
            checker.check { outcome in
                timer?.cancel()
                promise.succeed(outcome)
                checker.stop()
            }
            return promise.futureResult
        }
    }
}
