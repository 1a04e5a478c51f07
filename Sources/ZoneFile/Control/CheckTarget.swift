/// How to ask an address whether it lives: the value of `check=` in REGION and POOL records.
///
/// Written `none`, `tcp[:PORT]`, `http[:PORT][/PATH]` or `https[:PORT][/PATH]`. Without a port, a region's check uses
/// 80 (http) or 443 (https, tcp), and a pool's check the port of each SRV record.
package enum CheckTarget: Hashable, Sendable {
    /// Never asked; always taken to be alive.
    case none
    /// A connection must be accepted.
    case tcp(port: UInt16?)
    /// A GET must be answered with a status of 200 to 299.
    case http(port: UInt16?, path: String)
    /// The same over TLS.
    case https(port: UInt16?, path: String)
}

/// When a checked thing is asked, and how many results change its state: the options beside `check=`.
package struct CheckSchedule: Hashable, Sendable {
    /// The time from one check to the next; default 5 s, at least 100 ms.
    package var interval: Duration
    /// How long an answer may take; default half the interval, at most the interval.
    package var timeout: Duration
    /// Failures in a row that make it unhealthy; default 3.
    package var fails: Int
    /// Successes in a row that make it healthy again; default 2.
    package var passes: Int

    package init(
        interval: Duration = .seconds(5),
        timeout: Duration? = nil,
        fails: Int = 3,
        passes: Int = 2
    ) {
        self.interval = interval
        self.timeout = timeout ?? interval / 2
        self.fails = fails
        self.passes = passes
    }
}
