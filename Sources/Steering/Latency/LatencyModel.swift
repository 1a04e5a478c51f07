import Addressing
package import DNSWire
package import Geography
import Telemetry

/// What the round trips between networks and regions are believed to be, learned from what proxies measured.
///
/// The round trip from a network n in country c and autonomous system s to region r is taken to be a sum
///
///     prior(distance) + b(c) + w(c, r) + g(s, c, r) + a(n) + d(n, r)
///
/// of a line over the distance, what is peculiar to the country whatever the region, to the country and region, to the
/// autonomous system in the country and the region, to the network whatever the region (its access line), and to the
/// network and region. w and g are sums themselves, of what is usual and of what is so at present: see
/// ``SharedPath``. Each is a ``Belief``; an observation is shared out among them by their variances, so a network
/// of which little is known is taken to be like its system, that like its country, and that like the prior: shrinkage
/// as in empirical Bayes (Efron and Morris 1975). An observation far from what was expected counts only so far for
/// what is shared, so one network, or one proxy that lies, moves the others little; what repeats gets through.
///
/// A value type without clock or I/O; times are seconds of one clock.
package struct LatencyModel: Sendable {
    /// Knowledge shared by the clients of a country or of an autonomous system in it.
    struct Shared: Sendable {
        /// b: alike for all regions. Systems have none.
        var offset: Belief
        /// w or g by region number.
        var regions: [Int: SharedPath] = [:]
    }

    /// Knowledge of one network.
    struct Own: Sendable {
        var area: LatencyArea
        /// a
        var offset: Belief
        /// d, for the regions that measured it.
        var sightings: [Sighting] = []
        /// Seconds of the last observation.
        var lastSeen: UInt32
    }

    /// What one region saw of one network.
    struct Sighting: Sendable {
        var region: Int
        /// How many samples its proxies had when they were last heard.
        var count: UInt32
        /// When the newest of them came, in seconds.
        var seen: UInt32
        var deviation: Belief
    }

    /// Bounds.
    package struct Limits: Sendable {
        /// Networks remembered; beyond it the tenth part not seen for longest goes.
        package var networks = 250_000
        /// Digests older than this, in seconds, are not taken up.
        package var oldest: UInt32 = 86_400

        package init() {}
    }

    /// The regions by number, which they keep as long as the model lives.
    package internal(set) var regions: [LatencyRegion] = []
    var countries: [LatencyArea: Shared] = [:]
    var systems: [LatencyArea: Shared] = [:]
    var networks: [ClientPrefix: Own] = [:]
    /// Fitted anew now and then: see ``refit(places:)``.
    var prior = LatencyPrior()
    let limits: Limits

    package init(limits: Limits = Limits()) { self.limits = limits }

    /// Whether nothing was ever measured.
    package var isEmpty: Bool { countries.isEmpty }

    /// How many networks are remembered.
    package var networkCount: Int { networks.count }

    /// The number of a region, which is known from now on.
    package mutating func number(of region: Region) -> Int {
        let known = regions.firstIndex { $0.name == region.name }
        let entry = LatencyRegion(name: region.name, location: region.location)
        guard let known else {
            regions.append(entry)
            return regions.count - 1
        }
        regions[known] = entry
        return known
    }

    // MARK: - The whole

    /// Fits the prior to the countries that are known by now, and keeps what is believed of them as it is.
    package mutating func refit(places: AreaPlaces) {
        var pairs: [LatencyPrior.Pair] = []
        for (area, shared) in countries {
            guard let place = places.place(of: area) else { continue }
            for (region, path) in shared.regions {
                guard let location = regions[region].location else { continue }
                let kilometres = place.distance(to: location)
                let roundTrip = prior.roundTrip(over: kilometres) + Double(shared.offset.mean + path.mean)
                pairs.append(LatencyPrior.Pair(kilometres: kilometres, roundTrip: roundTrip))
            }
        }
        let fitted = LatencyPrior(pairs)
        for (area, shared) in countries {
            guard let place = places.place(of: area) else { continue }
            for region in shared.regions.keys {
                guard let location = regions[region].location else { continue }
                let kilometres = place.distance(to: location)
                let change = prior.roundTrip(over: kilometres) - fitted.roundTrip(over: kilometres)
                countries[area]?.regions[region]?.usual.mean += Float(change)
            }
        }
        prior = fitted
    }

    /// Makes room: the tenth part of the networks that was not seen for longest goes.
    mutating func forget() {
        let times = networks.values.map(\.lastSeen).sorted()
        guard let limit = times.dropFirst(times.count / 10).first else { return }
        networks = networks.filter { $0.value.lastSeen > limit }
        // All of one age: any will do.
        if networks.isEmpty { networks = [:] }
    }

    /// The distance from a place to a region in kilometres; where either is not known, one that is far and says little.
    func distance(from place: GeoPoint?, to region: Int) -> Double {
        guard let place, let other = regions[region].location else { return Self.farAway }
        return place.distance(to: other)
    }

    static let farAway = 8000.0
}

/// A region as the model knows it.
package struct LatencyRegion: Hashable, Sendable {
    package var name: DomainName
    package var location: GeoPoint?
}

/// Who shares knowledge: a country, or an autonomous system in it.
package struct LatencyArea: Hashable, Sendable {
    package var country: CountryCode?
    package var system: UInt32?

    package init(country: CountryCode?, system: UInt32? = nil) {
        self.country = country
        self.system = system
    }

    init(_ location: Location) {
        self.init(country: location.country, system: location.autonomousSystem)
    }
}
