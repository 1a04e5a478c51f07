package import DNSWire

/// How to ask an address whether it lives: the value of `check=` in REGION and POOL records, with the options that
/// go with it.
///
///     none
///     tcp[:PORT]
///     http[:PORT][/PATH]      with  status=200-299,304  expect=TEXT  header=NAME:VALUE  host=NAME
///     https[:PORT][/PATH]     the same, and  verify=no
///     tern:PORT
///     dns[:PORT]/NAME[/TYPE]
///     "exec:/PROGRAM [ARGUMENT]..."
///
/// Without a port, a region's check uses `regionPort`, and a pool's check the port of each SRV record.
package enum CheckTarget: Hashable, Sendable {
    /// Never asked; always taken to be alive.
    case none
    /// A connection must be accepted.
    case tcp(port: UInt16?)
    /// A GET must be answered as the options say.
    case http(port: UInt16?, path: String, options: HTTPOptions = HTTPOptions())
    /// The same over TLS.
    case https(port: UInt16?, path: String, options: HTTPOptions = HTTPOptions())
    /// A Tern proxy is asked at this port, where its reports are served, for its state: it must say that its pools can
    /// serve. The report tells its load too.
    case tern(port: UInt16)
    /// A query over UDP must be answered NOERROR with at least one record; the server may be authoritative or
    /// recursive.
    case dns(port: UInt16?, name: DomainName, type: RRType)
    /// A program must exit with 0. It is started without a shell, with TERN_ADDRESS, TERN_PORT and TERN_REGION in its
    /// environment; the first line it writes is shown as the reason.
    case exec(path: String, arguments: [String])

    /// The port at which a region's address is asked: the one named, else 443 for https and tcp, 53 for dns, 80 for
    /// everything else.
    package var regionPort: UInt16 {
        switch self {
        case .tcp(let port), .https(let port, _, _): port ?? 443
        case .http(let port, _, _): port ?? 80
        case .dns(let port, _, _): port ?? 53
        case .tern(let port): port
        case .none, .exec: 80
        }
    }
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
