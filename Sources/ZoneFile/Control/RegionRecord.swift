package import DNSWire
package import Geography

/// A region as its REGION record describes it: where it is, how to tell that it lives, how much it carries.
///
/// Its proxies are the A and AAAA records of the same owner name.
package struct RegionRecord: Hashable, Sendable {
    /// What an operator can say of a region in the zone file, which goes before what the checks say.
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// About to leave the answers.
        case draining
        /// Takes no clients.
        case drained
        /// Up whatever the checks say.
        case up
        /// Down whatever the checks say.
        case down
    }

    /// How many addresses of a region must be healthy: the value of `min-healthy=`.
    package enum MinimumHealthy: Hashable, Sendable {
        /// `min-healthy=2`: so many, at least 1.
        case count(Int)
        /// `min-healthy=50%`: this part of them, 1...100, rounded up.
        case percent(Int)

        /// The number among `total` addresses, at most `total`.
        package func count(of total: Int) -> Int {
            switch self {
            case .count(let count): min(count, total)
            case .percent(let percent): (total * percent + 99) / 100
            }
        }
    }

    /// The owner name of the record, which names the region.
    package var name: DomainName
    /// `at=LATITUDE,LONGITUDE`: where the region is.
    package var location: GeoPoint?
    /// `covers=AREA,...`: whose clients the `geo` policy sends here.
    package var covers: [Area]
    /// `check=`: how each proxy address is asked; default none.
    package var check: CheckTarget
    /// `interval= timeout= fails= passes=`
    package var schedule: CheckSchedule
    /// `min-healthy=`: how many addresses must be healthy for the region to be; `nil` for one.
    package var minimumHealthy: MinimumHealthy?
    /// `capacity=`: requests a second that the region carries; `nil` when not said.
    package var capacity: Double?
    /// `state=`: what the operator says of the region; `nil` leaves it to the checks.
    package var state: State?
    /// `bias=`: -99...99; the distance to the region is reckoned as (1 - bias/100) times what it is.
    package var bias: Double

    package init(
        name: DomainName,
        location: GeoPoint? = nil,
        covers: [Area] = [],
        check: CheckTarget = .none,
        schedule: CheckSchedule = CheckSchedule(),
        minimumHealthy: MinimumHealthy? = nil,
        capacity: Double? = nil,
        state: State? = nil,
        bias: Double = 0
    ) {
        self.name = name
        self.location = location
        self.covers = covers
        self.check = check
        self.schedule = schedule
        self.minimumHealthy = minimumHealthy
        self.capacity = capacity
        self.state = state
        self.bias = bias
    }
}
