import Authority
import DNSWire
import Steering

extension ZoneService {
    /// When the last answer with a region that was given until now has left the caches.
    func expiry(of region: Region, at now: Timestamp) -> Timestamp {
        max(now.adding(Self.longestTTL(of: region, map.fleet, zones)), expiries[region.name] ?? now)
    }

    /// The longest TTL of the answers that can hold a region.
    static func longestTTL(of region: Region, _ fleet: Fleet, _ zones: ZoneData) -> Int64 {
        let longest = fleet.rules.filter { $0.canAnswer(from: region) }.compactMap { rule in
            zones.steeredTTL(ofRule: rule.index).map { rule.longestTTL(from: region, limit: $0) }
        }
        return Int64(longest.max() ?? 0)
    }

    /// Remembers how long the answers stay in caches that were given until now, as others take their place.
    func noteExpiries() {
        let now = administration.now()
        expiries = expiries.filter { $0.value > now }
        for region in map.fleet.regions {
            expiries[region.name] = expiry(of: region, at: now)
        }
    }

    /// Takes in which regions the zones that are about to be served have as draining.
    func followZoneDrains(_ fleet: Fleet, _ zones: ZoneData) {
        let followed = Self.followed(orders, fleet, zones, expiries, administration.now())
        guard followed != orders else { return }
        orders = followed
        keepOrders()
    }

    /// The orders with the regions that the zones have as draining.
    static func followed(
        _ orders: RegionOrders,
        _ fleet: Fleet,
        _ zones: ZoneData,
        _ expiries: [DomainName: Timestamp],
        _ now: Timestamp
    ) -> RegionOrders {
        var draining: [DomainName: Timestamp] = [:]
        for region in fleet.regions where region.assigned == .draining {
            draining[region.name] = max(now.adding(longestTTL(of: region, fleet, zones)), expiries[region.name] ?? now)
        }
        var followed = orders
        followed.follow(draining: draining)
        return followed
    }

    /// Publishes anew when the next draining region is drained.
    func awaitNextChange() {
        waiting?.cancel()
        let now = administration.now()
        guard let next = orders.nextChange(after: now) else { return }
        // The clock of the machine may be set meanwhile, so it is asked again now and then.
        let pause = Duration.seconds(min(next.seconds - now.seconds, 60))
        waiting = Task { [weak self] in
            try? await Task.sleep(for: pause)
            guard !Task.isCancelled else { return }
            await self?.timePassed()
        }
    }

    private func timePassed() {
        takeHealth()
        awaitNextChange()
    }
}
