import Addressing
import Geography
import Telemetry

/// What is believed of round trips at one moment, by region index of a fleet: what rankings are made from.
package struct LatencyView: Sendable {
    /// The round trips of some clients to each region.
    struct Estimate: Hashable, Sendable {
        /// By region index, in milliseconds. Of an area: what is added to the prior; of a network: the round trip.
        var means: [Float]
        /// By region index: how far off that may be compared with other regions, a standard deviation in
        /// milliseconds.
        var deviations: [Float]
        /// By region index. Of an area: how far the networks that may try something now may be from it, a standard
        /// deviation; `nil` when none of them has been measured. Of a network: `nil`, but for one that is like its
        /// area and tries regions for all of it, a scout; then `deviations` are those of the area.
        var spreads: [Float]?
        /// Whether there is room for a trial at present: see ``TrialBudget``.
        var mayTry = true
    }

    /// By country and by autonomous system in a country; what is not here was not measured.
    var areas: [LatencyArea: Estimate] = [:]
    /// The networks whose clients are not like those around them: see ``LatencyModel/view(of:replacing:at:locate:)``.
    var networks: [ClientPrefix: Estimate] = [:]
    /// What is expected where nothing was measured.
    var prior = LatencyPrior()

    /// Whether regions are tried to learn how far they are.
    package var explores = false
    /// What trials cost.
    var account = TrialBudget.Account()

    /// Nothing was measured.
    package static let empty = LatencyView()

    /// How many networks are not like those around them.
    package var exceptionCount: Int { networks.count }

    /// Whether clients go where they would go by another view of the same regions, and try the same.
    package func steersLike(_ other: LatencyView) -> Bool {
        explores == other.explores && prior == other.prior && areas == other.areas && networks == other.networks
    }

    /// The estimate of the measured network that holds `network`; `nil` when that is like its area.
    func estimate(forNetwork network: IPPrefix) -> Estimate? {
        let prefix = ClientPrefix(network.address)
        return network.length >= prefix.length ? networks[prefix] : nil
    }

    /// The estimate that holds for all clients of a location but the exceptions: of its autonomous system, else of its
    /// country.
    func estimate(for location: Location) -> Estimate? {
        areas.isEmpty ? nil : areas[area(of: location)]
    }

    /// The area whose estimate holds for a location: its autonomous system where that is known, else its country.
    func area(of location: Location) -> LatencyArea {
        let system = LatencyArea(location)
        return system.system != nil && areas[system] != nil ? system : LatencyArea(country: location.country)
    }
}
