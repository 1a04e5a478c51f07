package import Addressing
package import DNSWire
package import Geography
package import Telemetry

/// What one region measured of one network, or what somebody says it would measure.
package struct LatencyMeasurement: Hashable, Sendable {
    package var prefix: ClientPrefix
    package var region: DomainName
    /// The round trip.
    package var milliseconds: Float
    /// How far single connections are off, or how far it may be off: a mean deviation.
    package var deviation: Float
    package var samples: UInt32
    /// Seconds since the last sample.
    package var age: UInt32

    package init(
        prefix: ClientPrefix,
        region: DomainName,
        milliseconds: Float,
        deviation: Float,
        samples: UInt32,
        age: UInt32
    ) {
        self.prefix = prefix
        self.region = region
        self.milliseconds = milliseconds
        self.deviation = deviation
        self.samples = samples
        self.age = age
    }
}

/// What is believed of the round trip between a client and a region.
package struct LatencyBelief: Codable, Hashable, Sendable {
    /// What it rests on.
    package enum Basis: String, Codable, Sendable {
        /// The client's network, measured from this region.
        case network
        /// Other networks of its autonomous system.
        case system
        /// Other networks of its country.
        case country
        /// Nothing was measured.
        case distance
    }

    /// The region, absolute.
    package var region: String
    /// The name for people.
    package var label: String
    package var milliseconds: Double
    /// How far off it may be, a standard deviation in milliseconds.
    package var deviation: Double
    package var basis: Basis
    /// Samples from the client's network.
    package var samples: UInt32
    /// Seconds since the last of them.
    package var age: UInt32?
}

extension LatencyModel {
    /// Knows the regions of a fleet from now on. What was measured from a region that stands somewhere else now is
    /// forgotten; what was measured from one that is gone is kept until it has faded.
    package mutating func follow(_ regions: [Region]) {
        for region in regions {
            let known = self.regions.firstIndex { $0.name == region.name }
            if let known, hasMoved(self.regions[known].location, to: region.location) { forget(region: known) }
            _ = number(of: region)
        }
    }

    /// Whether a place is so far from another that it is not the same described more exactly.
    private func hasMoved(_ old: GeoPoint?, to new: GeoPoint?) -> Bool {
        guard old != new else { return false }
        guard let old, let new else { return true }
        return old.distance(to: new) > Self.samePlace
    }

    /// In kilometres.
    private static let samePlace = 100.0

    private mutating func forget(region: Int) {
        for area in countries.keys { countries[area]?.regions[region] = nil }
        for area in systems.keys { systems[area]?.regions[region] = nil }
        for prefix in networks.keys { networks[prefix]?.sightings.removeAll { $0.region == region } }
    }

    /// What is believed of the round trip from a network to a region in milliseconds; `nil` where neither the network
    /// nor its country was measured from there.
    package func expectation(
        of prefix: ClientPrefix,
        at location: Location,
        by region: DomainName,
        now: UInt32
    ) -> Float? {
        guard let number = regions.firstIndex(where: { $0.name == region }) else { return nil }
        let belief = belief(of: networks[prefix], at: location, by: number, now: now)
        return belief.basis == .distance ? nil : Float(belief.milliseconds)
    }

    /// What is believed of a client, for the regions of a fleet.
    package func beliefs(
        of client: IPAddress,
        at location: Location,
        _ fleet: Fleet,
        now: UInt32
    ) -> [LatencyBelief] {
        let own = networks[ClientPrefix(client)]
        return fleet.regions.compactMap { region in
            guard let number = regions.firstIndex(where: { $0.name == region.name }) else { return nil }
            let sum = belief(of: own, at: location, by: number, now: now)
            let sighting = own?.sightings.first { $0.region == number }
            return LatencyBelief(
                region: region.name.description,
                label: region.label,
                milliseconds: sum.milliseconds,
                deviation: sum.deviation,
                basis: sum.basis,
                samples: sighting?.count ?? 0,
                age: sighting.map { now - min($0.seen, now) }
            )
        }
    }

    /// What every region measured of every network, in order.
    ///
    /// - Parameter locate: where a network is.
    package func measurements(at now: UInt32, locate: (IPAddress) -> Location) -> [LatencyMeasurement] {
        networks.sorted { $0.key.packed < $1.key.packed }.flatMap { prefix, own in
            let location = locate(prefix.address)
            return own.sightings.sorted { $0.region < $1.region }.map { sighting in
                let sum = belief(of: own, at: location, by: sighting.region, now: now)
                return LatencyMeasurement(
                    prefix: prefix,
                    region: regions[sighting.region].name,
                    milliseconds: Float(sum.milliseconds),
                    deviation: sighting.deviation.variance.squareRoot(),
                    samples: sighting.count,
                    age: now - min(sighting.seen, now)
                )
            }
        }
    }

    /// The sum of all that is believed of a path.
    private func belief(
        of own: Own?,
        at location: Location,
        by region: Int,
        now: UInt32
    ) -> (milliseconds: Double, deviation: Double, basis: LatencyBelief.Basis) {
        let expected = prior.roundTrip(over: distance(from: location.coordinates, to: region))
        let ignorance = Ignorance(expecting: Float(expected))
        var (mean, variance) = (Float(expected), ignorance.country + ignorance.network)
        var basis = LatencyBelief.Basis.distance
        if let country = countries[LatencyArea(country: location.country)] {
            mean += country.offset.aged(to: now, ignorance: Ignorance.countryOffset, memory: Memory.offset).mean
            if let w = country.regions[region]?.aged(to: now, ignorance.country, ignorance) {
                mean += w.mean
                variance += w.variance - ignorance.country
                basis = .country
            }
        }
        let area = LatencyArea(location)
        if area.system != nil {
            if let g = systems[area]?.regions[region]?.aged(to: now, ignorance.system, ignorance) {
                mean += g.mean
                variance += g.variance
                basis = .system
            } else {
                variance += ignorance.system
            }
        }
        if let own {
            mean += own.offset.aged(to: now, ignorance: Ignorance.networkOffset, memory: Memory.offset).mean
            if let sighting = own.sightings.first(where: { $0.region == region }) {
                let d = sighting.deviation.aged(to: now, ignorance: ignorance.network, memory: Memory.network)
                mean += d.mean
                variance += d.variance - ignorance.network
                basis = .network
            }
        }
        return (Double(max(mean, 0)), Double(max(variance, 0)).squareRoot(), basis)
    }
}
