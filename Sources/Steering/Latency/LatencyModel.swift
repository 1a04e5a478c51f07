import Addressing
package import DNSWire
package import Geography
package import Telemetry

/// What the round trips between networks and regions are believed to be, learned from what proxies measured.
///
/// The round trip from a network n in country c and autonomous system s to region r is taken to be a sum
///
///     prior(distance) + b(c) + w(c, r) + g(s, c, r) + a(n) + d(n, r)
///
/// of a line over the distance, what is peculiar to the country whatever the region, to the country and region, to the
/// autonomous system in the country and the region, to the network whatever the region (its access line), and to the
/// network and region. Each is a ``Belief``; an observation is shared out among them by their variances, so a network
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
        var regions: [Int: Belief] = [:]
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
        /// How many samples of its proxies have been taken up.
        var count: UInt32
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
    private let limits: Limits

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

    // MARK: - Learning

    /// Takes up a digest.
    ///
    /// - Parameters:
    ///   - digest: all that a proxy has seen of the network; what of it was taken up before does not count again.
    ///   - location: where the network is.
    ///   - region: the number of the proxy's region.
    ///   - age: seconds since the last sample, by the proxy's own clock.
    ///   - now: seconds.
    package mutating func observe(
        _ digest: RoundTripDigest,
        of prefix: ClientPrefix,
        at location: Location,
        by region: Int,
        age: UInt32,
        now: UInt32
    ) {
        guard regions.indices.contains(region), age <= limits.oldest else { return }
        var own =
            networks[prefix]
            ?? Own(
                area: LatencyArea(location),
                offset: Belief(ignorance: Ignorance.networkOffset, at: now),
                lastSeen: now
            )
        own.area = LatencyArea(location)
        let known = own.sightings.firstIndex { $0.region == region }
        let before = known.map { own.sightings[$0].count } ?? 0
        // A count that fell means that the proxy has begun anew.
        let fresh = digest.count >= before ? digest.count - before : digest.count
        guard fresh > 0 else { return }
        if known == nil, networks.count >= limits.networks, networks[prefix] == nil { forget() }

        let kilometres = distance(from: location.coordinates, to: region)
        let expected = Float(prior.roundTrip(over: kilometres))
        let ignorance = Ignorance(expecting: expected)
        let country = LatencyArea(country: own.area.country)
        var shared = countries[country] ?? Shared(offset: Belief(ignorance: Ignorance.countryOffset, at: now))
        var w = shared.regions[region] ?? Belief(ignorance: ignorance.country, at: now)
        shared.offset.age(to: now, ignorance: Ignorance.countryOffset, memory: Memory.offset)
        w.age(to: now, ignorance: ignorance.country, memory: Memory.path)
        var system = own.area.system == nil ? nil : systems[own.area] ?? Shared(offset: Belief(ignorance: 0, at: now))
        var g = system?.regions[region] ?? Belief(ignorance: own.area.system == nil ? 0 : ignorance.system, at: now)
        if system != nil { g.age(to: now, ignorance: ignorance.system, memory: Memory.path) }
        own.offset.age(to: now, ignorance: Ignorance.networkOffset, memory: Memory.offset)
        var d = known.map { own.sightings[$0].deviation } ?? Belief(ignorance: ignorance.network, at: now)
        d.age(to: now, ignorance: ignorance.network, memory: Memory.path)

        // No client is nearer than light in fibre allows, whatever its proxy says.
        let measured = max(digest.recent / 1000, Float(LatencyPrior.least(over: kilometres)))
        let deviation = max(digest.deviation / 1000 * 1.25, 1)
        // However many samples there are, the last three have most of the weight.
        let noise = deviation * deviation / Float(min(fresh, 2))
        let total = shared.offset.variance + w.variance + g.variance + own.offset.variance + d.variance + noise
        let surprise = measured - (expected + shared.offset.mean + w.mean + g.mean + own.offset.mean + d.mean)
        let reach = Self.reach * total.squareRoot()
        let bounded = min(max(surprise, -reach), reach)
        shared.offset.learn(bounded, of: total)
        w.learn(bounded, of: total)
        g.learn(bounded, of: total)
        own.offset.learn(bounded, of: total)
        d.learn(bounded, of: total)
        if bounded != surprise {
            // Either this network is odd or the path has changed: be ready to learn which from what comes next. The
            // access line is doubted only while it was seen from one region alone and not for long.
            let doubt = surprise * surprise
            w.variance = min(max(w.variance * 2 + 1, doubt / 64), ignorance.country)
            if system != nil { g.variance = min(max(g.variance * 2 + 1, doubt / 64), ignorance.system) }
            d.variance = max(d.variance, doubt / 8)
            if before == 0, own.sightings.isEmpty { own.offset.variance = max(own.offset.variance, doubt / 4) }
        }

        shared.regions[region] = w
        countries[country] = shared
        if var changed = system {
            changed.regions[region] = g
            system = changed
            systems[own.area] = changed
        }
        let sighting = Sighting(region: region, count: digest.count, deviation: d)
        if let known { own.sightings[known] = sighting } else { own.sightings.append(sighting) }
        own.lastSeen = now
        networks[prefix] = own
    }

    /// How far from what was expected an observation counts in full for others, in standard deviations.
    private static let reach: Float = 3

    /// Fits the prior to the countries that are known by now, and keeps what is believed of them as it is.
    package mutating func refit(places: AreaPlaces) {
        var pairs: [LatencyPrior.Pair] = []
        for (area, shared) in countries {
            guard let place = places.place(of: area) else { continue }
            for (region, w) in shared.regions {
                guard let location = regions[region].location else { continue }
                let kilometres = place.distance(to: location)
                let roundTrip = prior.roundTrip(over: kilometres) + Double(shared.offset.mean + w.mean)
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
                countries[area]?.regions[region]?.mean += Float(change)
            }
        }
        prior = fitted
    }

    /// Makes room: the tenth part of the networks that was not seen for longest goes.
    private mutating func forget() {
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

/// How far from 0 the summands may be before anything is known: variances in square milliseconds.
///
/// Orders of magnitude from public measurements between countries; what is measured soon outweighs them.
struct Ignorance {
    let country: Float
    let system: Float
    let network: Float

    static let countryOffset: Float = 20 * 20
    static let networkOffset: Float = 15 * 15

    /// How far a network may be from its area, a standard deviation in milliseconds.
    static func networkDeviation(expecting roundTrip: Double) -> Double { 2 + 0.05 * roundTrip }

    /// - Parameter roundTrip: what the prior expects, in milliseconds; longer paths differ more.
    init(expecting roundTrip: Float) {
        func square(_ value: Float) -> Float { value * value }
        country = square(10 + 0.35 * roundTrip)
        system = square(3 + 0.06 * roundTrip)
        network = square(Float(Self.networkDeviation(expecting: Double(roundTrip))))
    }
}

/// How long knowledge lasts without being renewed, in seconds.
enum Memory {
    /// Of paths, which change with routes.
    static let path: Float = 3600
    /// Of access lines.
    static let offset: Float = 86_400
}
