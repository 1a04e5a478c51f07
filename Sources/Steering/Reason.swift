import Addressing
import Geography
import ZoneFile

/// The filters every policy passes through, in the order they are applied.
package enum Filter: String, Sendable, Hashable, CaseIterable {
    case fence
    case administrativeState = "administrative state"
    case health
    case policy
    case capacity
    case tieBand = "tie band"
    case pick
}

/// What a filter did with a region, and why; `description` is the text for people.
enum Reason: Hashable, Sendable {
    // MARK: fence
    case outsideFence([Area])

    // MARK: administrative state
    case administrative(AdministrativeState)

    // MARK: health
    case healthy(Int, of: Int, isGroup: Bool)
    case tooFewHealthy(Int, of: Int)
    case kept(Keeping)
    case unhealthy
    case noAddresses
    case notCheckedYet
    case nothingCheckedYet
    case lastResort
    case namedLastResort

    // MARK: policy
    case assigned(IPPrefix)
    case covers(Area)
    case distance(Double, reckoned: Double)
    case roundTrip(kilometres: Double, reckoned: Double)
    case measured(Double, doubt: Double)
    case unlocated
    case clientUnlocated
    case listed(Int)
    case weight(UInt32)
    case reserve
    case follows(Int)
    case by(Int)

    // MARK: capacity
    case sheds(Double)

    // MARK: tie band
    case tied

    // MARK: pick
    case first
    case share(Double)
    case everyRegion
    case notNeeded
    case tried

    /// The text for people; `label` gives the name of a region.
    func text(label: (Int) -> String) -> String {
        switch self {
        case .outsideFence(let areas): "outside the fence \(areas.map(\.description).joined(separator: ","))"
        case .administrative(.draining): "is draining, so its answers have the least TTL"
        case .administrative(let state): "is \(state.rawValue)"
        case .healthy(let up, let total, let isGroup):
            up == total ? "healthy" : "\(up) of \(total) \(isGroup ? "regions" : "addresses") healthy"
        case .tooFewHealthy(let up, let total): "\(up) of \(total) addresses healthy, fewer than min-healthy"
        case .kept(let keeping): "unhealthy by the checks, but answered as before: \(keeping.text)"
        case .unhealthy: "unhealthy"
        case .noAddresses: "has no addresses"
        case .notCheckedYet: "not checked yet"
        case .nothingCheckedYet: "not checked yet, nor is any other"
        case .lastResort: "nothing is healthy, so taken as if it were"
        case .namedLastResort: "nothing is healthy, and when-down names it"
        case .assigned(let network): "network \(network) is assigned to it"
        case .covers(let area): "covers \(area)"
        case .distance(let distance, let reckoned): Self.away(distance, reckoned)
        case .roundTrip(let distance, let reckoned):
            "about \(Self.oneDecimal(reckoned / Ranker.kilometresPerMillisecond)) ms by distance "
                + "(\(Self.away(distance, reckoned)))"
        case .measured(let milliseconds, let doubt):
            "about \(Self.oneDecimal(milliseconds)) ms as measured, give or take \(Self.oneDecimal(doubt))"
        case .unlocated: "its place is not known"
        case .clientUnlocated: "the client's place is not known"
        case .listed(let position): "listed \(Self.ordinal(position))"
        case .weight(let weight): "weight \(weight)"
        case .reserve: "kept for when all others are out"
        case .by(let region): "by its region \(label(region))"
        case .follows(let region): "placed by its distance from \(label(region))"
        case .sheds(let share): "sends on \(Self.percent(share)) for want of capacity"
        case .tied: "shares with those as good"
        case .first: "the best left"
        case .share(let share): "takes \(Self.percent(share)) of clients"
        case .everyRegion: "every usable region is answered"
        case .notNeeded: "a better one is there"
        case .tried: "tried by a few clients, this one among them, to learn how far it is"
        }
    }

    private static func away(_ distance: Double, _ reckoned: Double) -> String {
        let text = "\(Int(distance.rounded())) km away"
        return reckoned == distance ? text : "\(text), reckoned as \(Int(reckoned.rounded()))"
    }

    private static func percent(_ share: Double) -> String { "\(oneDecimal(share * 100)) %" }

    /// A number with one decimal, without it where that is zero.
    private static func oneDecimal(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    private static func ordinal(_ position: Int) -> String {
        let words = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
        return words.indices.contains(position) ? words[position] : "number \(position + 1)"
    }
}

/// What one filter said of one region.
struct Verdict: Hashable, Sendable {
    var region: Int
    var filter: Filter
    var reason: Reason
    /// Whether the region left the candidates by it.
    var isRemoved = false
}
