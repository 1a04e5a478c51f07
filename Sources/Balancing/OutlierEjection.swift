/// When a server is taken out of a pool for the answers it gives, beside what the checks say.
package struct EjectionPolicy: Hashable, Sendable {
    /// Failures in a row that eject; `nil` for never.
    package var failuresInARow: Int?
    /// The part of answers in a window that must be successes; `nil` for any.
    package var successRate: Double?
    /// How long the first ejection lasts; the n-th lasts n times that.
    package var time: Duration
    /// The part of the servers that may be ejected at a time; one always may, but never the last.
    package var maximumShare: Double

    package init(
        failuresInARow: Int? = nil,
        successRate: Double? = nil,
        time: Duration = .seconds(30),
        maximumShare: Double = 0.5
    ) {
        self.failuresInARow = failuresInARow
        self.successRate = successRate
        self.time = time
        self.maximumShare = maximumShare
    }

    /// Whether anything ejects.
    package var isActive: Bool { failuresInARow != nil || successRate != nil }

    /// How long answers are counted before the success rate is looked at.
    package static let window = Duration.seconds(10)
    /// Answers in a window below which its success rate says nothing.
    package static let leastAnswers = 20
    /// An ejection lasts at most this many times the first.
    package static let longest = 10
    /// A server that has stayed in for this many times the first ejection is as good as new.
    static let forgiveness: Int64 = 10
}

/// How a request ended, as far as its server is to blame.
package enum RequestOutcome: Hashable, Sendable {
    /// The server answered, with anything but a server error, after so many nanoseconds.
    case success(nanoseconds: Int64)
    /// A server error (5xx), no connection, a connection that broke, no answer in time, or one that breaks the rules.
    case failure
    /// Says nothing of the server: the client went away, or the request was never sent.
    case cancelled
}

/// What a pool remembers of a server's answers.
struct OutlierRecord: Sendable {
    /// Failures since the last success.
    private(set) var failuresInARow = 0
    /// Answers in the present window.
    private(set) var successes = 0
    private(set) var answers = 0
    /// How often it has been ejected lately.
    private(set) var ejections = 0
    /// When it comes back; `nil` while it is in.
    private(set) var ejectedUntil: Moment?
    private var returned: Moment?

    var isEjected: Bool { ejectedUntil != nil }

    /// The part of the present window's answers that were successes; `nil` when they are too few.
    var successRate: Double? {
        answers < EjectionPolicy.leastAnswers ? nil : Double(successes) / Double(answers)
    }

    /// Takes in an answer.
    mutating func record(success: Bool) {
        failuresInARow = success ? 0 : failuresInARow &+ 1
        answers &+= 1
        if success { successes &+= 1 }
    }

    /// Begins another window.
    mutating func beginWindow() {
        successes = 0
        answers = 0
    }

    /// Takes the server out.
    mutating func eject(at now: Moment, _ policy: EjectionPolicy) {
        let base = policy.time.nanoseconds
        if let returned, now.nanoseconds(since: returned) > base.multipliedSaturating(by: EjectionPolicy.forgiveness) {
            ejections = 0
        }
        ejections = min(ejections + 1, EjectionPolicy.longest)
        ejectedUntil = Moment(nanoseconds: now.nanoseconds) + policy.time * ejections
        failuresInARow = 0
        beginWindow()
    }

    /// Lets the server in again when its time has come.
    ///
    /// - Returns: whether it has come.
    mutating func endEjection(at now: Moment) -> Bool {
        guard let end = ejectedUntil, now >= end else { return false }
        ejectedUntil = nil
        returned = end
        return true
    }
}

extension Int64 {
    fileprivate func multipliedSaturating(by factor: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? .max : product
    }
}
