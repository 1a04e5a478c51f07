package import DNSWire

/// How the servers of an SRV set are balanced and checked, as its POOL record says.
package struct PoolRecord: Hashable, Sendable {
    /// How the server of the next request is chosen.
    package enum Balance: String, CaseIterable, Sendable, Hashable {
        /// In turn, by weight, evenly spread.
        case roundRobin = "round-robin"
        /// The fewest requests in progress for its weight.
        case leastConnections = "least-connections"
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
