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
    ///   - locate: where a network is.
    package func view(
        of fleet: Fleet,
        replacing previous: LatencyView = .empty,
        at now: UInt32,
        places: AreaPlaces,
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
        for (prefix, own) in networks {
            let location = locate(prefix.address)
            guard let area = view.estimate(for: location) else { continue }
            let wasException = previous.networks[prefix] != nil
            if let estimate = exception(own, at: location, in: area, numbers, wasException, now) {
                view.networks[prefix] = estimate
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
                let w = w.aged(to: now, ignorance: ignorance.country, memory: Memory.path)
                mean += w.mean
                variance = w.variance
            }
            if let system {
                var unknown = ignorance.system
                if let number, let g = system.regions[number] {
                    let g = g.aged(to: now, ignorance: ignorance.system, memory: Memory.path)
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
        let offset = own.offset.aged(to: now, ignorance: Ignorance.networkOffset, memory: Memory.offset).mean
        var usual: [Float] = []
        var estimate = LatencyView.Estimate(means: [], deviations: [])
        for (index, number) in numbers.enumerated() {
            guard let number else {
                usual.append(.infinity)
                estimate.means.append(.infinity)
                estimate.deviations.append(0)
                continue
            }
            let expected = Float(prior.roundTrip(over: distance(from: location.coordinates, to: number)))
            let ignorance = Ignorance(expecting: expected).network
            let d = own.sightings.first { $0.region == number }?.deviation
                .aged(to: now, ignorance: ignorance, memory: Memory.path)
            usual.append(expected + area.means[index])
            estimate.means.append(expected + area.means[index] + offset + (d?.mean ?? 0))
            let shared = area.deviations[index]
            estimate.deviations.append((shared * shared + (d?.variance ?? ignorance)).squareRoot())
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
}
