import NIOCore
import ZoneFile

/// Runs the checks of those targets that belong to one event loop.
///
/// Confined to its event loop. Each target waits or has one check in progress, never both, and no more than `limit`
/// checks are in progress at a time; those that come due beyond it wait their turn in order.
final class CheckLoop {
    /// A target with what happens to it.
    private final class Course {
        enum Phase { case waiting, queued, checking, over }

        let target: HealthTarget
        let checker: any Checker
        var phase = Phase.waiting
        var isFirst = true
        var began = NIODeadline.uptimeNanoseconds(0)
        /// Tells the entry of the queue that counts from earlier ones, which are not taken out.
        var turn: UInt64 = 0

        init(_ target: HealthTarget, _ checker: any Checker) {
            self.target = target
            self.checker = checker
        }
    }

    private let eventLoop: any EventLoop
    private let limit: Int
    private let recorder: HealthRecorder
    private let budget: ConnectionBudget
    private var courses: [HealthTarget.ID: Course] = [:]
    private var inProgress = 0
    private var waiting = CircularBuffer<Course>()
    /// The ends of waits and the timeouts of checks.
    private var queue = DueQueue<(course: Course, turn: UInt64)>()
    private var timer: (due: NIODeadline, task: Scheduled<Void>)?

    /// The first checks of new targets are spread over this time.
    static let initialSpread = Duration.milliseconds(200)

    /// - Parameters:
    ///   - limit: checks in progress at a time.
    ///   - connectionsKept: connections kept open between checks.
    init(on eventLoop: any EventLoop, limit: Int, connectionsKept: Int, recorder: HealthRecorder) {
        self.eventLoop = eventLoop
        self.limit = limit
        self.recorder = recorder
        budget = ConnectionBudget(connectionsKept)
    }

    /// Begins to check a target within `initialSpread`. One that is checked already goes on unless it is described
    /// otherwise now; then it begins anew.
    func run(_ target: HealthTarget) {
        if let course = courses[target.id] {
            if course.target.request == target.request, course.target.schedule == target.schedule { return }
            end(target.id)
        }
        let timeout = target.schedule.timeout
        guard let checker = target.request.checker(on: eventLoop, timeout: timeout, budget: budget) else { return }
        let course = Course(target, checker)
        courses[target.id] = course
        wait(course, until: eventLoop.now + TimeAmount(Self.initialSpread * Double.random(in: 0...1)))
    }

    /// Checks a target no more. A check in progress ends without a result.
    func end(_ id: HealthTarget.ID) {
        guard let course = courses.removeValue(forKey: id) else { return }
        let wasChecking = course.phase == .checking
        course.phase = .over
        course.checker.stop()
        if wasChecking { checkEnded() }
    }

    /// Ends all targets.
    func endAll() {
        waiting.removeAll()
        for id in Array(courses.keys) { end(id) }
        queue.removeAll()
        timer?.task.cancel()
        timer = nil
    }

    // MARK: - The course of a target

    private func wait(_ course: Course, until due: NIODeadline) {
        course.phase = .waiting
        schedule(course, due)
    }

    private func check(_ course: Course) {
        inProgress += 1
        course.phase = .checking
        course.began = eventLoop.now
        course.checker.check { outcome in
            // A result of a check that timed out in the same turn of the event loop.
            guard course.phase == .checking else { return }
            self.ended(course, outcome)
        }
        if !course.checker.keepsTime { schedule(course, course.began + TimeAmount(course.target.schedule.timeout)) }
    }

    private func ended(_ course: Course, _ outcome: CheckOutcome) {
        let schedule = course.target.schedule
        let isInDoubt = recorder.record(outcome, for: course.target.id)
        var interval = schedule.interval * (1 + .random(in: -CheckSchedule.jitter...CheckSchedule.jitter))
        // The first interval is cut at random, for else the burst of first checks would come again and again.
        if course.isFirst { interval = interval * .random(in: 0.5...1) }
        course.isFirst = false
        if isInDoubt { interval = interval * CheckSchedule.partInDoubt }
        wait(course, until: course.began + TimeAmount(interval))
        checkEnded()
    }

    /// Gives the place of a check that ended to the one that has waited longest.
    private func checkEnded() {
        inProgress -= 1
        while inProgress < limit, let next = waiting.popFirst() {
            if next.phase == .queued { check(next) }
        }
    }

    // MARK: - Time

    /// Has something done with a course at `due`, instead of what was to be done before.
    private func schedule(_ course: Course, _ due: NIODeadline) {
        course.turn &+= 1
        queue.add((course, course.turn), due: due)
        setTimer()
    }

    private func setTimer() {
        guard let due = queue.first else { return }
        if let timer {
            guard due < timer.due else { return }
            timer.task.cancel()
        }
        let task = eventLoop.assumeIsolated().scheduleTask(deadline: due) {
            self.timer = nil
            self.runDue()
        }
        timer = (due, task)
    }

    private func runDue() {
        let now = eventLoop.now
        while let (course, turn) = queue.popDue(at: now) {
            guard course.turn == turn else { continue }
            switch course.phase {
            case .waiting where inProgress < limit: check(course)
            case .waiting:
                course.phase = .queued
                waiting.append(course)
            case .checking:
                course.checker.cancel()
                ended(course, .failed(.timeout(course.target.schedule.timeout)))
            case .queued, .over: break
            }
        }
        setTimer()
    }
}
