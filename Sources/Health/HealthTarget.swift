package import Addressing
package import TLSTransport
package import ZoneFile

/// Something to be checked: where it is, how it is asked and when.
package struct HealthTarget: Sendable {
    /// What tells one target from another and stays the same when its check is changed.
    package struct ID: Hashable, Sendable {
        /// What it belongs to: the name of the region or the pool.
        package var label: String
        /// The address it serves at.
        package var endpoint: Endpoint

        package init(label: String, endpoint: Endpoint) {
            self.label = label
            self.endpoint = endpoint
        }
    }

    /// Which target it is.
    package let id: ID
    /// When it is asked and how many results change its state.
    package let schedule: CheckSchedule
    /// Successes that make a new target healthy; see `HealthThresholds`.
    package let initialPasses: Int
    /// What is done to ask it.
    let request: CheckRequest

    /// A target, with what its check needs worked out.
    ///
    /// - Parameters:
    ///   - id: the target; its endpoint's address is asked, at its port unless `check` names one.
    ///   - check: how it is asked. `none` never asks and takes it to be healthy.
    ///   - schedule: when. Times out of range are taken as the nearest that are: at least `shortestInterval` between
    ///     checks, and at most the interval for an answer.
    ///   - authority: the Host field of HTTP checks (RFC 9110 section 7.2) and the name for a certificate, unless
    ///     `check` has one; without either it is the address, in Host with the port.
    ///   - initialPasses: successes that make a new target healthy.
    ///   - region: what a program finds in TERN_REGION.
    ///   - mayRunPrograms: whether an `exec` check is accepted. Who can write such a record runs programs here: records
    ///     that come from another host over the network should not be allowed to.
    ///   - reportKey: what `tern` checks show to the proxy.
    ///   - asksRoundTrips: whether `tern` checks ask the proxy for the round trips to its clients too.
    ///   - tls: for https checks that verify, instead of the roots of the system.
    /// - Throws: when such a check cannot be made at all.
    package init(
        _ id: ID,
        check: CheckTarget,
        schedule: CheckSchedule = CheckSchedule(),
        authority: String? = nil,
        initialPasses: Int = 1,
        region: String = "",
        mayRunPrograms: Bool = true,
        tls: TLSClientContext? = nil,
        reportKey: String? = nil,
        asksRoundTrips: Bool = false
    ) throws(CheckConfigurationError) {
        self.id = id
        self.initialPasses = initialPasses
        var schedule = schedule
        schedule.interval = max(schedule.interval, Self.shortestInterval)
        schedule.timeout = min(max(schedule.timeout, .milliseconds(1)), schedule.interval)
        self.schedule = schedule
        let subject = CheckRequest.Subject(
            endpoint: id.endpoint,
            authority: authority,
            region: region,
            tls: tls,
            reportKey: reportKey,
            asksRoundTrips: asksRoundTrips
        )
        if case .exec = check, !mayRunPrograms { throw .programNotAllowed }
        request = try CheckRequest(check, of: subject, schedule: schedule)
    }

    /// Checks follow each other no faster than this, whatever is asked for.
    static let shortestInterval = Duration.milliseconds(10)

    /// Who fails again within so many intervals after it came back flaps.
    private static let calmIntervals = 60

    /// How many results change its status.
    var thresholds: HealthThresholds {
        HealthThresholds(
            fails: schedule.fails,
            passes: schedule.passes,
            initialPasses: initialPasses,
            calm: schedule.interval * Self.calmIntervals
        )
    }
}

/// Why a check cannot be made as it is configured.
package enum CheckConfigurationError: Error, Hashable, Sendable {
    /// TLS cannot be set up: no trust roots, or no name that a certificate can have.
    case tls(TLSError)
    /// The path is not `/` and octets that a request-target may have (RFC 9112 section 3.2.1).
    case invalidPath(String)
    /// The authority has an octet that Host may not have.
    case invalidAuthority(String)
    /// A field that would break the request.
    case invalidField(String)
    /// Port 0 cannot be connected to.
    case invalidPort
    /// Programs are not run for records of this origin.
    case programNotAllowed
}

extension CheckConfigurationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tls(let error): error.description
        case .invalidPath(let path): "\"\(path)\" is no path that a check can ask for"
        case .invalidAuthority(let authority): "\"\(authority)\" is no authority that a check can name"
        case .invalidField(let name): "\"\(name)\" is no field that a check can send"
        case .invalidPort: "port 0 cannot be checked"
        case .programNotAllowed: "programs are not run for records that come from another host"
        }
    }
}
