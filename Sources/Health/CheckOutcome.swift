package import Telemetry

/// The result of one check.
package enum CheckOutcome: Hashable, Sendable {
    /// It answered as it should.
    case passed(CheckSuccess)
    /// It did not.
    case failed(CheckFailure)
    /// This host could not ask, which says nothing about the thing checked: no descriptor, port or memory left.
    case notMade(CheckFailure)

    /// A failure, or a check not made when the cause lies on this side.
    init(_ failure: CheckFailure) {
        self = failure.isLocal ? .notMade(failure) : .failed(failure)
    }
}

/// How a check was passed.
package enum CheckSuccess: Hashable, Sendable {
    /// The connection was accepted.
    case connected
    /// An HTTP response had this status, and the text that was asked for.
    case status(Int)
    /// A DNS response had this many records in its answer section; none, when it was truncated.
    case answers(Int)
    /// A proxy said that it can serve; its report.
    case report(StateReport)
    /// A program exited with 0, and this was the first line it wrote.
    case program(String)
}

extension CheckOutcome: CustomStringConvertible {
    package var description: String {
        switch self {
        case .passed(.connected): "connected"
        case .passed(.status(let status)): "status \(status)"
        case .passed(.answers(let count)): "answered with \(count) record\(count == 1 ? "" : "s")"
        case .passed(.report(let report)):
            "serving \(Int(report.load.requestsPerSecond.rounded())) requests a second"
        case .passed(.program(let line)): line.isEmpty ? "exit status 0" : line
        case .failed(let failure): failure.description
        case .notMade(let failure): "not checked: \(failure)"
        }
    }
}

extension CheckOutcome {
    /// The same without round trips, which are many.
    var withoutRoundTrips: CheckOutcome {
        guard var report, report.roundTrips != nil else { return self }
        report.roundTrips = nil
        return switch self {
        case .failed: .failed(.notServing(report))
        default: .passed(.report(report))
        }
    }

    /// What a proxy reported, whether it can serve or not.
    package var report: StateReport? {
        switch self {
        case .passed(.report(let report)), .failed(.notServing(let report)): report
        default: nil
        }
    }
}
