package import Geography
package import Telemetry

extension LatencyModel {
    /// Takes up a digest.
    ///
    /// What was taken up before does not count again: a digest is new when it has another number of samples, or a
    /// sample that is more than a second younger.
    ///
    /// - Parameters:
    ///   - digest: all that a proxy has seen of the network.
    ///   - location: where the network is.
    ///   - region: the number of the proxy's region.
    ///   - age: seconds since the last sample, by the proxy's own clock.
    ///   - now: seconds.
    /// - Returns: whether it was new.
    @discardableResult
    package mutating func observe(
        _ digest: RoundTripDigest,
        of prefix: ClientPrefix,
        at location: Location,
        by region: Int,
        age: UInt32,
        now: UInt32
    ) -> Bool {
        guard regions.indices.contains(region), age <= limits.oldest else { return false }
        let seen = now - min(age, now)
        var own =
            networks[prefix]
            ?? Own(
                area: LatencyArea(location),
                offset: Belief(ignorance: Ignorance.networkOffset, at: now),
                lastSeen: now
            )
        own.area = LatencyArea(location)
        let known = own.sightings.firstIndex { $0.region == region }
        if let known, own.sightings[known].count == digest.count, seen <= own.sightings[known].seen &+ 1 {
            return false
        }
        if known == nil, networks.count >= limits.networks, networks[prefix] == nil { forget() }

        let kilometres = distance(from: location.coordinates, to: region)
        let expected = Float(prior.roundTrip(over: kilometres))
        let ignorance = Ignorance(expecting: expected)
        let country = LatencyArea(country: own.area.country)
        var shared = countries[country] ?? Shared(offset: Belief(ignorance: Ignorance.countryOffset, at: now))
        var w = shared.regions[region] ?? SharedPath(ignorance.country, ignorance, at: now)
        shared.offset.age(to: now, ignorance: Ignorance.countryOffset, memory: Memory.offset)
        w.age(to: now, ignorance.country, ignorance)
        var system = own.area.system == nil ? nil : systems[own.area] ?? Shared(offset: Belief(ignorance: 0, at: now))
        var g = system?.regions[region] ?? SharedPath(ignorance.system, ignorance, at: now)
        if system != nil { g.age(to: now, ignorance.system, ignorance) }
        own.offset.age(to: now, ignorance: Ignorance.networkOffset, memory: Memory.offset)
        var d = known.map { own.sightings[$0].deviation } ?? Belief(ignorance: ignorance.network, at: now)
        d.age(to: now, ignorance: ignorance.network, memory: Memory.network)

        let observed = Observation(digest, atLeast: Float(LatencyPrior.least(over: kilometres)))
        let systemVariance = system == nil ? 0 : g.variance
        let systemMean = system == nil ? 0 : g.mean
        let summed = shared.offset.variance + w.variance + systemVariance + own.offset.variance + d.variance
        let total = summed + observed.noise
        let ownTotal = total + observed.contradiction
        let believed = expected + shared.offset.mean + w.mean + systemMean + own.offset.mean + d.mean
        let surprise = observed.roundTrip - believed
        let reach = Self.reach * total.squareRoot()
        let bounded = min(max(surprise, -reach), reach)
        shared.offset.learn(bounded, of: total)
        w.learn(bounded, of: total)
        g.learn(bounded, of: total)
        own.offset.learn(bounded, of: ownTotal)
        d.learn(bounded, of: ownTotal)
        if bounded != surprise {
            // Either this network is odd or the path has changed: be ready to learn which from what comes next. The
            // access line is doubted only while it was seen from one region alone and not for long.
            let doubt = surprise * surprise
            w.doubt(doubt / 64, upTo: ignorance.country)
            if system != nil { g.doubt(doubt / 64, upTo: ignorance.system) }
            d.variance = max(d.variance, doubt / 8)
            if own.sightings.isEmpty { own.offset.variance = max(own.offset.variance, doubt / 4) }
        }

        shared.regions[region] = w
        countries[country] = shared
        if var changed = system {
            changed.regions[region] = g
            system = changed
            systems[own.area] = changed
        }
        let sighting = Sighting(region: region, count: digest.count, seen: seen, deviation: d)
        if let known { own.sightings[known] = sighting } else { own.sightings.append(sighting) }
        own.lastSeen = now
        networks[prefix] = own
        return true
    }

    /// How far from what was expected an observation counts in full for others, in standard deviations.
    private static let reach: Float = 3
}

/// What a digest says of a round trip, and how far that can be relied on.
private struct Observation {
    /// In milliseconds.
    var roundTrip: Float
    /// The variance of single connections, in square milliseconds.
    var noise: Float
    /// How far the last samples are from those before, squared: where it is great the last may have been strays, as
    /// after a burst of loss. What is shared by many networks is learned from the last samples all the same, since
    /// many do not stray alike; a network's own is not.
    var contradiction: Float

    /// Samples from which on a digest knows its own deviation.
    private static let experience: UInt32 = 8

    /// - Parameter least: what light in fibre needs: no client is nearer, whatever its proxy says.
    init(_ digest: RoundTripDigest, atLeast least: Float) {
        roundTrip = max(digest.recent / 1000, least)
        // An estimator begins with a deviation as great as a quarter of the first sample, which says nothing.
        let own = max(digest.deviation / 1000 * 1.25, 1)
        let deviation = digest.count < Self.experience ? min(own, 3 + 0.03 * roundTrip) : own
        // However many samples there are, the last three have most of the weight.
        noise = deviation * deviation / Float(min(digest.count, 2))
        let change = digest.count > 3 ? (digest.recent - digest.centre) / 1000 : 0
        contradiction = change * change
    }
}
