package import Addressing
package import DNSWire

/// How the servers of an SRV set are balanced and checked, as its POOL record says.
package struct PoolRecord: Hashable, Sendable {
    /// How the server of the next request is chosen.
    package enum Balance: String, CaseIterable, Sendable, Hashable {
        /// In turn, by weight, evenly spread.
        case roundRobin = "round-robin"
        /// At random by weight.
        case random
        /// The fewest requests in progress for its weight.
        case leastConnections = "least-connections"
        /// The least of response time times requests in progress for its weight.
        case leastResponseTime = "least-response-time"
        /// The less loaded of two drawn at random.
        case twoChoices = "two-choices"
        /// By the client's address: rendezvous hashing.
        case sourceHash = "source-hash"
        /// By `key=`: rendezvous hashing.
        case rendezvous
        /// By `key=`: consistent hashing on a ring.
        case ring
        /// By `key=`: Maglev's table.
        case maglev

        /// Whether `key=` and `bound=` go with it.
        var takesKey: Bool { self == .rendezvous || self == .ring || self == .maglev }
    }

    /// What a request is hashed by.
    package enum Key: Hashable, Sendable {
        /// The client's address; of IPv6 the first 64 bits.
        case source
        /// Path and query.
        case uri
        /// The value of the first field of this name, in lower case.
        case header(String)
        /// The value of this cookie.
        case cookie(String)
        /// The value of this parameter of the query.
        case query(String)
    }

    /// When a server is taken out for what it answers.
    package struct Ejection: Hashable, Sendable {
        /// `eject=`: failures in a row, 1...1000; `nil` for never.
        package var failuresInARow: Int?
        /// `eject-success=`: the part of answers that must be successes, over 0 and less than 1; `nil` for any.
        package var successRate: Double?
        /// `eject-time=`: how long the first ejection lasts; default 30 s.
        package var time = Duration.seconds(30)
        /// `eject-max=`: the part of the servers that may be out at a time, 0...1; default a half.
        package var maximumShare = 0.5

        package init() {}
    }

    /// Where servers are looked for besides the zone files.
    package struct Discovery: Hashable, Sendable {
        /// The name of the SRV set.
        package var name: DomainName
        /// The name server that is asked.
        package var server: Endpoint
        /// `refresh=`: the longest time between two queries; default 30 s.
        package var refresh: Duration

        package init(name: DomainName, server: Endpoint, refresh: Duration = .seconds(30)) {
            self.name = name
            self.server = server
            self.refresh = refresh
        }
    }

    /// The owner name, which is that of the SRV set: `_http._tcp.us-east.example.com.`
    package var name: DomainName
    /// `balance=`; default round-robin.
    package var balance: Balance
    /// `check=`: how each server is asked; default none.
    package var check: CheckTarget
    /// `interval= timeout= fails= passes=`
    package var schedule: CheckSchedule
    /// `mode= listen= proxy-protocol=`
    package var transport: PoolTransport
    /// `key=`: what a request is hashed by; default the client's address.
    package var key = Key.source
    /// `bound=`: the factor of bounded loads, more than 1; default none.
    package var bound: Double?
    /// `slow-start=`: how long a server that comes takes to get its whole share; default zero, which is at once.
    package var slowStart = Duration.zero
    /// `overprovision=`: how much of the load a tier carries for its healthy part, at least 1; default 1.4.
    package var overprovision = 1.4
    /// `panic=`: the healthy part below which all servers are given, 0...1; default 0, which is never.
    package var panic = 0.0
    /// `max-connections=`: requests in progress on one server; default no limit.
    package var maximumConnections: Int?
    /// `queue=`: requests that wait when all servers are full; default 1000.
    package var queue = 1000
    /// `queue-timeout=`: how long they wait; default 5 s.
    package var queueTimeout = Duration.seconds(5)
    /// `retries=`: the part of the requests that may be sent again, 0...1; default a fifth.
    package var retries = 0.2
    /// `drain=`: how long requests of a server that left may go on; default 5 minutes.
    package var drain = Duration.seconds(300)
    /// `eject= eject-success= eject-time= eject-max=`
    package var ejection = Ejection()
    /// `discover= refresh=`; default none.
    package var discovery: Discovery?

    package init(
        name: DomainName,
        balance: Balance = .roundRobin,
        check: CheckTarget = .none,
        schedule: CheckSchedule = CheckSchedule(),
        transport: PoolTransport = PoolTransport()
    ) {
        self.name = name
        self.balance = balance
        self.check = check
        self.schedule = schedule
        self.transport = transport
    }
}
