/// A region among those that share the clients of one ranking.
protocol WaterfallPlace {
    /// Index into ``Fleet/regions``.
    var region: Int { get }
    /// Its share among the regions of its band, greater than 0.
    var weight: Double { get }
    /// Regions of one band share clients; lower bands go first.
    var band: Int { get }
}

/// How clients run down a list of regions that each keep only a part of those who come to them.
///
/// The first band takes all clients by weight. What a region of it does not keep is offered to the others of the band,
/// who are as good for these clients, and what they do not keep goes to the next band, and so on.
enum Waterfall {
    /// Shares one unit of clients out.
    ///
    /// - Parameters:
    ///   - places: the regions, those of one band together, in the order of the bands.
    ///   - least: a lesser part is not taken but goes on.
    ///   - kept: the part of those who come to a place, by its position, that it keeps, 0...1.
    ///   - take: called for each place that takes a part of the unit, in order.
    /// - Returns: what nobody keeps.
    @inline(__always)
    static func share<Places: RandomAccessCollection>(
        over places: Places,
        least: Double = 0,
        kept: (Int) -> Double,
        take: (Int, Double) -> Void
    ) -> Double where Places.Element: WaterfallPlace, Places.Index == Int {
        var remaining = 1.0
        var start = places.startIndex
        while start < places.endIndex, remaining > least {
            var end = start
            var weight = 0.0
            while end < places.endIndex, places[end].band == places[start].band {
                weight += places[end].weight
                end += 1
            }
            // What the others are offered for one unit of their weight, if none of it came from themselves.
            var offered = 0.0
            if end - start > 1 {
                for place in start..<end {
                    offered += offer(of: places[place], remaining / weight, 1 - kept(place), weight)
                }
            }
            var taken = 0.0
            for place in start..<end {
                let keeps = kept(place)
                let own = offer(of: places[place], remaining / weight, 1 - keeps, weight)
                let fraction = keeps * places[place].weight * (remaining / weight + max(0, offered - own))
                guard fraction > least else { continue }
                take(place, fraction)
                taken += fraction
            }
            remaining -= taken
            start = end
        }
        return max(0, remaining)
    }

    /// What a place sends on, for one unit of the weight of the others in its band.
    @inline(__always)
    private static func offer(
        of place: some WaterfallPlace,
        _ perWeight: Double,
        _ sent: Double,
        _ total: Double
    ) -> Double {
        let others = total - place.weight
        return others > 0 ? place.weight * perWeight * sent / others : 0
    }

    /// The region that those go to next whom the region at a position does not keep: the first of the next band.
    ///
    /// - Returns: `nil` when that is another of its own band, or nobody comes after it.
    static func next<Places: RandomAccessCollection>(after position: Int, in places: Places) -> Int?
    where Places.Element: WaterfallPlace, Places.Index == Int {
        let band = places[position].band
        if position > places.startIndex, places[position - 1].band == band { return nil }
        let next = position + 1
        guard next < places.endIndex, places[next].band != band else { return nil }
        return places[next].region
    }
}
