package import Addressing
package import Geography
import Telemetry

extension LatencyModel {
    /// What is believed now.
    ///
    /// A value of an area that is within a millisecond of what it was stays as it was, so that rankings do not change
    /// with every sample. A network becomes an exception when it puts two of its area's best four regions in another
    /// order by more than a millisecond and half a standard deviation, and stays one while half of that holds: networks
    /// whose best regions cannot be told apart stay together.
    ///
    /// - Parameters:
    ///   - previous: the view that this one follows, of the same fleet; its small differences are not news.
    ///   - now: seconds.
    ///   - places: where areas are.
    ///   - trials: whose turn it is to try regions; what is worth trying is reckoned for them.
    ///   - units: who tries together.
    ///   - locate: where a network is.
    package func view(
        of fleet: Fleet,
        replacing previous: LatencyView = .empty,
        at now: UInt32,
        places: AreaPlaces,
        trials: TrialWindow = .none,
        units: UnitNetworks = UnitNetworks(),
        locate: (IPAddress) -> Location
    ) -> LatencyView {
        let numbers = fleet.regions.map { region in regions.firstIndex { $0.name == region.name } }
        var view = LatencyView()
        view.prior = prior
        for (area, shared) in countries {
            view.areas[area] = estimate(shared, nil, at: places.place(of: area), numbers, previous.areas[area], now)
        }
        for (area, shared) in systems {
            guard let country = countries[LatencyArea(country: area.country)] else { continue }
            view.areas[area] = estimate(country, shared, at: places.place(of: area), numbers, previous.areas[area], now)
        }
        view.explores = trials.count > 0
        var spreads: [LatencyArea: Spread] = [:]
        var budget = TrialBudget(after: previous.account, trials)
        for (prefix, own) in networks {
            let location = locate(prefix.address)
            guard let area = view.estimate(for: location) else { continue }
            let wasException = previous.networks[prefix].map { $0.spreads == nil } ?? false
            let samples = own.sightings.reduce(Float(0)) { $0 + Float($1.count) }
            budget.add(connections: samples)
            let hasTurn = view.explores && trials.contains(units.bucket(of: prefix.address))
            if let estimate = exception(own, at: location, in: area, numbers, wasException, now) {
                view.networks[prefix] = estimate
                if hasTurn { budget.add(.network(prefix), connections: samples, roundTrips: estimate.means, estimate) }
            } else if hasTurn {
                let area = view.area(of: location)
                add(own, prefix, at: location, numbers, now, samples, to: &spreads[area, default: Spread()])
            }
        }
        for (area, spread) in spreads {
            guard var estimate = view.areas[area] else { continue }
            estimate.spreads = spread.deviations
            view.areas[area] = estimate
            let place = places.place(of: area)
            let roundTrips = zip(numbers, estimate.means).map { number, mean in
                Float(prior.roundTrip(over: number.map { distance(from: place, to: $0) } ?? Self.farAway)) + mean
            }
            budget.add(.area(area), connections: spread.connections, roundTrips: roundTrips, estimate)
            guard let prefix = spread.scout, let own = networks[prefix] else { continue }
            let scout = scout(own, at: locate(prefix.address), in: estimate, numbers, now)
            view.networks[prefix] = scout
            let connections = own.sightings.reduce(Float(0)) { $0 + Float($1.count) }
            budget.add(.network(prefix), connections: connections, roundTrips: scout.means, scout)
        }
        let (waiting, account) = budget.spend()
        view.account = account
        for trier in waiting {
            switch trier {
            case .network(let prefix): view.networks[prefix]?.mayTry = false
            case .area(let area): view.areas[area]?.mayTry = false
            }
        }
        return view
    }

    /// What holds for an area. Where nothing is known of a region its deviation from the prior is the country's.
    private func estimate(
        _ country: Shared,
        _ system: Shared?,
        at place: GeoPoint?,
        _ numbers: [Int?],
        _ previous: LatencyView.Estimate?,
        _ now: UInt32
    ) -> LatencyView.Estimate {
        let offset = country.offset.aged(to: now, ignorance: Ignorance.countryOffset, memory: Memory.offset).mean
        var estimate = LatencyView.Estimate(means: [], deviations: [])
        for (index, number) in numbers.enumerated() {
            let kilometres = number.map { distance(from: place, to: $0) } ?? Self.farAway
            let ignorance = Ignorance(expecting: Float(prior.roundTrip(over: kilometres)))
            var mean = offset
            var variance = ignorance.country
            if let number, let w = country.regions[number] {
                let w = w.aged(to: now, ignorance.country, ignorance)
                mean += w.mean
                variance = w.variance
            }
            if let system {
                var unknown = ignorance.system
                if let number, let g = system.regions[number] {
                    let g = g.aged(to: now, ignorance.system, ignorance)
                    mean += g.mean
                    unknown = g.variance
                }
                variance += unknown
            }
            if let before = previous?.means[index], abs(before - mean) <= 1 { mean = before }
            estimate.means.append(mean)
            estimate.deviations.append(variance.squareRoot())
        }
        return estimate
    }

    /// What holds for a network that is not like its area; `nil` for one that is.
    private func exception(
        _ own: Own,
        at location: Location,
        in area: LatencyView.Estimate,
        _ numbers: [Int?],
        _ wasException: Bool,
        _ now: UInt32
    ) -> LatencyView.Estimate? {
        let estimate = summed(own, at: location, in: area, numbers, now)
        let usual = zip(numbers, area.means).map { number, mean in
            number.map { mean + Float(prior.roundTrip(over: distance(from: location.coordinates, to: $0))) }
                ?? .infinity
        }
        let best = usual.indices.sorted { usual[$0] < usual[$1] }.prefix(4)
        let strictness: Float = wasException ? 0.5 : 1
        for (position, first) in best.enumerated() {
            for second in best.dropFirst(position + 1) {
                let gain = estimate.means[first] - estimate.means[second]
                let doubt = (estimate.deviations[first] + estimate.deviations[second]) / 2
                if gain > strictness * (1 + doubt / 2) { return estimate }
            }
        }
        return nil
    }

    /// What is believed of a network.
    private func summed(
        _ own: Own,
        at location: Location,
        in area: LatencyView.Estimate,
        _ numbers: [Int?],
        _ now: UInt32
    ) -> LatencyView.Estimate {
        let offset = own.offset.aged(to: now, ignorance: Ignorance.networkOffset, memory: Memory.offset).mean
        var estimate = LatencyView.Estimate(means: [], deviations: [])
        for (index, number) in numbers.enumerated() {
            guard let number else {
                estimate.means.append(.infinity)
                estimate.deviations.append(0)
                continue
            }
            let expected = Float(prior.roundTrip(over: distance(from: location.coordinates, to: number)))
            let ignorance = Ignorance(expecting: expected).network
            let d = own.sightings.first { $0.region == number }?.deviation
                .aged(to: now, ignorance: ignorance, memory: Memory.network)
            estimate.means.append(expected + area.means[index] + offset + (d?.mean ?? 0))
            let shared = area.deviations[index]
            estimate.deviations.append((shared * shared + (d?.variance ?? ignorance)).squareRoot())
        }
        return estimate
    }

    /// What holds for a network that tries regions for its area.
    private func scout(
        _ own: Own,
        at location: Location,
        in area: LatencyView.Estimate,
        _ numbers: [Int?],
        _ now: UInt32
    ) -> LatencyView.Estimate {
        var scout = summed(own, at: location, in: area, numbers, now)
        scout.spreads = zip(scout.deviations, area.deviations).map { max($0 * $0 - $1 * $1, 0).squareRoot() }
        scout.deviations = area.deviations
        return scout
    }

    /// Reckons a network that is like its area in with what is not known of such networks.
    private func add(
        _ own: Own,
        _ prefix: ClientPrefix,
        at location: Location,
        _ numbers: [Int?],
        _ now: UInt32,
        _ samples: Float,
        to spread: inout Spread
    ) {
        let variances = numbers.map { number -> Float in
            guard let number else { return 0 }
            let expected = Float(prior.roundTrip(over: distance(from: location.coordinates, to: number)))
            let ignorance = Ignorance(expecting: expected).network
            let d = own.sightings.first { $0.region == number }?.deviation
            return d?.aged(to: now, ignorance: ignorance, memory: Memory.network).variance ?? ignorance
        }
        spread.add(prefix, variances, connections: samples)
    }
}

/// How far some networks may be from their area, on average.
private struct Spread {
    private var sums: [Float] = []
    private var weight: Float = 0
    /// How many connections they had.
    private(set) var connections: Float = 0

    private var members: [(prefix: ClientPrefix, connections: Float)] = []

    /// - Parameter variances: by region.
    mutating func add(_ prefix: ClientPrefix, _ variances: [Float], connections: Float) {
        members.append((prefix, connections))
        // Busy networks count more, but not as much more as they claim.
        let weight = connections.squareRoot()
        self.connections += connections
        if sums.isEmpty { sums = Array(repeating: 0, count: variances.count) }
        for index in sums.indices { sums[index] += variances[index] * weight }
        self.weight += weight
    }

    /// The network that tries for all of the area: not so busy that it costs much, and not so quiet that nobody comes.
    var scout: ClientPrefix? {
        guard !members.isEmpty else { return nil }
        return members.sorted { ($0.connections, $0.prefix.packed) < ($1.connections, $1.prefix.packed) }[
            members.count * 3 / 4
        ].prefix
    }

    /// By region, standard deviations; `nil` of no networks.
    var deviations: [Float]? { weight > 0 ? sums.map { ($0 / weight).squareRoot() } : nil }
}
