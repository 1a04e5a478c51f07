import Addressing
import Geography
import Glibc

/// How the regions and groups look from one place: how far each is, and how exactly each covers it.
///
/// A group is as near as the nearest of its regions, and covers what they cover. All arrays are by candidate.
///
/// One value is moved from place to place, so that looking from a hundred thousand of them allocates nothing.
struct Vantage {
    /// The most specific area of a region's `covers` that the place lies in.
    struct Cover: Hashable {
        /// 0 for none; the more specific the larger.
        var specificity: Int32 = 0
        /// Index into the region's `covers`.
        var area: Int32 = 0
        /// The region, which of a group is one of its regions.
        var region: Int32 = 0
    }

    /// Great-circle distance to each region in kilometres; infinite when either place is not known.
    private(set) var kilometres: [Double]
    /// The same, multiplied by each region's `stretch`: what distances are compared by.
    private(set) var reckoned: [Double]
    /// The best cover of each region.
    private(set) var covers: [Cover]
    /// Whether the coordinates of the place are known.
    private(set) var isLocated = false

    /// Whether the round trips from the place are known better than from its distances.
    private(set) var isMeasured = false
    /// Where `isMeasured`, the round trip to each region in milliseconds, multiplied by its `stretch`.
    private(set) var expected: [Double]
    /// How far off that may be, a standard deviation.
    private(set) var doubts: [Double]
    /// How much of that would be found out for all clients of the area; 0 for clients that are no scouts.
    private(set) var sharedDoubts: [Double]
    /// Whether the clients may try regions, so that it is learned how far they are.
    private(set) var explores = false

    /// How many of the candidates, the first, are regions and not groups.
    var regionCount: Int { regions.count }

    private let latency: LatencyView
    private let regions: [Region]
    private let points: [UnitVector?]
    private let covering: [Int]
    private let groups: [Group]
    /// By group: the region that is nearest, as reckoned.
    private var nearest: [Int]

    /// A vantage on these regions and groups from nowhere.
    init(of regions: [Region], _ groups: [Group] = [], latency: LatencyView = .empty) {
        self.regions = regions
        self.groups = groups
        self.latency = latency
        nearest = groups.map { $0.regions.first ?? 0 }
        points = regions.map { $0.location.map(UnitVector.init) }
        covering = regions.indices.filter { !regions[$0].covers.isEmpty }
        let count = regions.count + groups.count
        kilometres = Array(repeating: .infinity, count: count)
        reckoned = kilometres
        expected = kilometres
        doubts = Array(repeating: 0, count: count)
        sharedDoubts = doubts
        covers = Array(repeating: Cover(), count: count)
    }

    /// Looks from another place.
    ///
    /// - Parameters:
    ///   - location: what the geographic database says of the client.
    ///   - network: the smallest network named by any rule or region that holds the client.
    mutating func move(to location: Location, network: IPPrefix?) {
        let place = location.coordinates.map(UnitVector.init)
        isLocated = place != nil
        for index in points.indices {
            guard let place, let point = points[index] else {
                kilometres[index] = .infinity
                reckoned[index] = .infinity
                continue
            }
            let distance = place.kilometres(to: point)
            kilometres[index] = distance
            reckoned[index] = distance * regions[index].stretch
        }
        for index in covering {
            var best = Cover()
            for (position, area) in regions[index].covers.enumerated() {
                let specificity = Self.specificity(of: area, at: location, network: network)
                guard specificity > best.specificity else { continue }
                best = Cover(specificity: specificity, area: Int32(position), region: Int32(index))
            }
            covers[index] = best
        }
        for index in groups.indices { look(at: index) }
        measure(location, network)
    }

    /// Takes for a group what is best among its regions.
    private mutating func look(at index: Int) {
        let number = regions.count + index
        kilometres[number] = .infinity
        reckoned[number] = .infinity
        covers[number] = Cover()
        for region in groups[index].regions {
            if reckoned[region] < reckoned[number] {
                kilometres[number] = kilometres[region]
                reckoned[number] = reckoned[region]
                nearest[index] = region
            }
            if covers[region].specificity > covers[number].specificity { covers[number] = covers[region] }
        }
    }

    /// The region of a group that is nearest; `nil` for a region, and where no distance is known.
    func nearest(of candidate: Int) -> Int? {
        candidate < regions.count || !reckoned[candidate].isFinite ? nil : nearest[candidate - regions.count]
    }

    /// Takes what is believed of the round trips: of the client's own network, else of its autonomous system or
    /// country.
    private mutating func measure(_ location: Location, _ network: IPPrefix?) {
        isMeasured = false
        if latency.areas.isEmpty { return }
        if let network, let own = latency.estimate(forNetwork: network), own.means.count == regions.count {
            isMeasured = true
            explores = latency.explores && own.mayTry
            for index in regions.indices {
                expected[index] = Double(own.means[index]) * regions[index].stretch
                let (shared, spread) = (Double(own.deviations[index]), Double(own.spreads?[index] ?? 0))
                doubts[index] = (shared * shared + spread * spread).squareRoot() * regions[index].stretch
                sharedDoubts[index] = own.spreads == nil ? 0 : shared * regions[index].stretch
            }
            for index in groups.indices { measure(group: index) }
            return
        }
        guard let area = latency.estimate(for: location), area.means.count == regions.count else { return }
        isMeasured = true
        explores = latency.explores && area.mayTry
        for index in regions.indices {
            let usual = latency.prior.roundTrip(
                over: kilometres[index].isFinite ? kilometres[index] : LatencyModel.farAway
            )
            let unlike = area.spreads.map { Double($0[index]) } ?? Ignorance.networkDeviation(expecting: usual)
            let doubt = Double(area.deviations[index])
            expected[index] = max(usual + Double(area.means[index]), 0) * regions[index].stretch
            // What is not known of the area is found out by its scouts.
            sharedDoubts[index] = 0
            doubts[index] = (doubt * doubt + unlike * unlike).squareRoot() * regions[index].stretch
        }
        for index in groups.indices { measure(group: index) }
    }

    /// Takes for a group what is best among its regions.
    private mutating func measure(group index: Int) {
        let number = regions.count + index
        expected[number] = .infinity
        for region in groups[index].regions where expected[region] < expected[number] {
            expected[number] = expected[region]
            doubts[number] = doubts[region]
            sharedDoubts[number] = sharedDoubts[region]
        }
    }

    /// How exactly `area` describes the place: a network before an autonomous system, a subdivision, a country, a
    /// continent; 0 when the place is not in it.
    private static func specificity(of area: Area, at location: Location, network: IPPrefix?) -> Int32 {
        switch area {
        case .continent(let continent):
            return location.continent == continent ? 1 : 0
        case .country(let country):
            return location.country == country ? 2 : 0
        case .subdivision(let country, let code):
            guard location.country == country, let depth = location.subdivisions.firstIndex(of: code) else { return 0 }
            return Int32(3 + min(depth, 90))
        case .autonomousSystem(let number):
            return location.autonomousSystem == number ? 100 : 0
        case .network(let prefix):
            guard let network, prefix.length <= network.length, prefix.contains(network.address) else { return 0 }
            return Int32(200 + prefix.length)
        }
    }
}

/// A point on the unit sphere, so that a distance costs three multiplications and an arc sine.
private struct UnitVector {
    private let x, y, z: Double

    init(_ point: GeoPoint) {
        let latitude = point.latitude * .pi / 180
        let longitude = point.longitude * .pi / 180
        x = cos(latitude) * cos(longitude)
        y = cos(latitude) * sin(longitude)
        z = sin(latitude)
    }

    /// The great-circle distance, from the chord; accurate for near points too, as ``GeoPoint/distance(to:)`` is.
    func kilometres(to other: UnitVector) -> Double {
        let (dx, dy, dz) = (x - other.x, y - other.y, z - other.z)
        let chord = (dx * dx + dy * dy + dz * dz).squareRoot()
        return 2 * 6371.0088 * asin(min(1, chord / 2))
    }
}
