package import Addressing
import DNSWire
import Geography
import ZoneFile

/// Why a client gets the answer it gets: every region with what each filter said of it, the answer, its scope.
///
/// It is made by running the functions that decisions are made with, and its answer is the one that was looked up.
package struct Explanation: Sendable, Encodable {
    /// Who asks.
    package struct Client: Sendable, Hashable, Encodable {
        /// The address that is steered: of the client subnet when there is one, else where the query came from.
        package var address: String
        /// The client subnet of RFC 7871 with its SOURCE PREFIX-LENGTH, when the query carried one.
        package var subnet: String?
        /// The IPv4 address that an IPv6 address stands for.
        package var standsFor: String?
    }

    /// Where the client is, as the geographic database has it.
    package struct Place: Sendable, Hashable, Encodable {
        /// The network of the database around the client, at the same place as a whole.
        package var network: String?
        package var continent: String?
        package var country: String?
        package var subdivisions: [String]
        package var latitude: Double?
        package var longitude: Double?
        package var autonomousSystem: UInt32?
        /// The place in words.
        package var text: String
    }

    /// What a filter said of a region.
    package struct Step: Sendable, Hashable, Encodable {
        /// The name of a ``Filter``.
        package var filter: String
        package var reason: String
        /// Whether the region left the candidates here.
        package var removed: Bool
    }

    /// A region of the rule.
    package struct Standing: Sendable, Hashable, Encodable {
        package var region: String
        /// What operator and checks say of it.
        package var state: String
        /// Its place in the order for this client, from 1; `nil` outside the fence.
        package var place: Int?
        /// Whether the client's answer is from it.
        package var chosen: Bool
        /// What the filters said, in their order.
        package var steps: [Step]
    }

    /// The steered name, absolute.
    package var name: String
    package var policy: String
    package var client: Client
    package var place: Place
    /// The regions, best first, those outside the fence last.
    package var regions: [Standing]
    /// The addresses for A.
    package var v4: [String]
    /// The addresses for AAAA.
    package var v6: [String]
    /// The time to live of the answer in seconds.
    package var ttl: UInt32
    /// Why it is less than the record says, when it is.
    package var ttlBecause: String?
    /// The SCOPE PREFIX-LENGTH.
    package var scope: Int
    /// The network of that length: every client in it gets this answer.
    package var scopeNetwork: String
    /// Why there is no address, when there is none.
    package var emptyBecause: String?
    /// Whether clients of this ranking are shared out over several regions.
    package var isSplit: Bool
    /// Of a steered name that stands as a region of this one and that the client is sent to: why it answers so.
    package var within: Box?

    /// An explanation inside another.
    package final class Box: Sendable, Encodable {
        package let value: Explanation

        init(_ value: Explanation) { self.value = value }

        package func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
    }
}

extension SteeringDecisions {
    /// Explains the answer of a rule for a client.
    ///
    /// - Parameters:
    ///   - address: the client; of a client subnet the first address.
    ///   - subnet: the client subnet when the query carried one.
    ///   - place: where the client is in words; `nil` makes them from the database.
    ///   - ttl: the TTL of the STEER record.
    package func explain(
        _ rule: Rule,
        client address: IPAddress,
        subnet: IPPrefix? = nil,
        place: String? = nil,
        ttl: UInt32
    ) -> Explanation {
        let location = map.atlas.lookup(address)
        let network = map.namedNetwork(of: address)
        let regions = map.fleet.regions
        let fleet = map.fleet
        var vantage = Vantage(of: regions, fleet.groups, latency: map.latency)
        vantage.move(to: location.location, network: network)
        var head = RankingHead()
        rule.ranker.rank(vantage, network: network, into: &head)
        let ranking = rule.ranker.ranking(from: head, regions: regions, fleet.groups)
        let selection = Selection(rule, ranking, candidates, givesReasons: true)

        let fenced = rule.outsideFence.map {
            Verdict(region: $0, filter: .fence, reason: .outsideFence(rule.record.fence), isRemoved: true)
        }
        let ranked = ranking.order.flatMap { region in
            rule.ranker.reasons(
                for: Int(region),
                of: fleet,
                weight: rule.weight(of: Int(region)),
                head: head,
                vantage: vantage,
                network: network
            ).map { Verdict(region: Int(region), filter: .policy, reason: $0) }
        }
        let resolution = resolve(rule: rule.index, address)
        let group = group(rule: rule, address)
        let inner = group.map {
            explain(fleet.rules[$0.rule], client: address, subnet: subnet, place: place, ttl: ttl)
        }
        let answer = answers(of: rule)[resolution.answer]
        let tried = answer.isTrial ? answer.regions.map { Verdict(region: $0, filter: .pick, reason: .tried) } : []
        let verdicts = fenced + ranked + selection.verdicts + tried
        let lifetime = lifetime(of: answer, rule, limit: ttl)
        let chosen = group.map { [$0.number] } ?? answer.regions
        let unranked = chosen.filter { !ranking.order.contains(UInt16($0)) && !rule.outsideFence.contains($0) }
        let listed = ranking.order.map { Int($0) } + unranked + rule.outsideFence
        return Explanation(
            name: rule.name.description,
            policy: rule.record.policy.rawValue,
            client: Explanation.Client(
                address: address.description,
                subnet: subnet?.description,
                standsFor: address.embedding.map { IPAddress(v4: $0.address).description }
            ),
            place: Explanation.Place(location.location, network: location.network, text: place),
            regions: listed.enumerated().map { position, region in
                Explanation.Standing(
                    region: fleet.label(region),
                    state: description(of: region),
                    place: position < ranking.order.count ? position + 1 : nil,
                    chosen: chosen.contains(region),
                    steps: Filter.allCases.flatMap { filter in
                        verdicts.filter { $0.region == region && $0.filter == filter }
                    }.map { Explanation.Step($0, fleet) }
                )
            },
            v4: answer.v4.map(\.description),
            v6: answer.v6.map(\.description),
            ttl: lifetime.seconds,
            ttlBecause: lifetime.text { regions[$0].label },
            scope: resolution.scope,
            scopeNetwork: IPPrefix(address, length: resolution.scope)?.description ?? address.description,
            emptyBecause: answer.v4.isEmpty && answer.v6.isEmpty
                ? inner?.emptyBecause ?? Self.emptyBecause(rule, selection) : nil,
            isSplit: selection.shares.count > 1 && !selection.answersAll,
            within: inner.map(Explanation.Box.init)
        )
    }

    /// The state of a candidate in words.
    private func description(of candidate: Int) -> String {
        guard map.fleet.group(candidate) != nil else { return health.description(of: map.fleet.regions[candidate]) }
        let count = candidates.count(of: candidate)
        return switch candidates.conditions[candidate] {
        case .noAddresses: "no addresses"
        case .unknown: "unknown"
        case .unhealthy: "unhealthy"
        case .degraded, .healthy: count.up == count.total ? "healthy" : "healthy (\(count.up) of \(count.total))"
        }
    }
}

extension SteeringDecisions {
    /// Why a rule answers no address.
    private static func emptyBecause(_ rule: Rule, _ selection: Selection) -> String {
        if rule.members.isEmpty { return rule.outsideFence.isEmpty ? "no regions" : "no region is inside the fence" }
        return selection.verdicts.contains { $0.reason != .noAddresses && $0.filter == .health }
            ? "nothing is healthy, and when-down names nothing to answer" : "no region has an address"
    }
}

extension Explanation.Step {
    fileprivate init(_ verdict: Verdict, _ fleet: Fleet) {
        filter = verdict.filter.rawValue
        reason = verdict.reason.text { fleet.label($0) }
        removed = verdict.isRemoved
    }
}

extension Explanation.Place {
    fileprivate init(_ location: Location, network: IPPrefix?, text: String?) {
        self.network = network?.description
        continent = location.continent?.rawValue
        country = location.country?.description
        subdivisions = location.subdivisions
        latitude = location.coordinates?.latitude
        longitude = location.coordinates?.longitude
        autonomousSystem = location.autonomousSystem
        var parts: [String] = []
        if let country = location.country {
            parts.append(Country(country).map { "\($0.name) (\(country))" } ?? country.description)
        }
        parts += location.subdivisions
        if let continent = location.continent { parts.append(continent.name) }
        if let coordinates = location.coordinates { parts.append(coordinates.description) }
        if let number = location.autonomousSystem { parts.append("AS\(number)") }
        self.text = text ?? (parts.isEmpty ? "not known" : parts.joined(separator: ", "))
    }
}
