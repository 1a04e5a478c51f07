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
    ///   - take: called for each place that takes a part of the unit, in order, with its position, what comes to it
    ///     and what it keeps of that.
    /// - Returns: what nobody keeps.
    @inline(__always)
    static func share<Places: RandomAccessCollection>(
        over places: Places,
        least: Double = 0,
        kept: (Int) -> Double,
        take: (_ place: Int, _ arriving: Double, _ kept: Double) -> Void
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
                let arriving = places[place].weight * (remaining / weight + max(0, offered - own))
                let fraction = keeps * arriving
                guard fraction > least || least == 0 else { continue }
                take(place, arriving, fraction)
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

    /// Where those go whom a region does not keep.
    enum Next: Hashable {
        /// To the others of its band.
        case peers
        /// To the next band, which begins with this region.
        case region(Int)
        /// Nowhere: no band comes after its own.
        case nobody
    }

    /// Where those go whom the place at a position does not keep.
    static func next<Places: RandomAccessCollection>(after position: Int, in places: Places) -> Next
    where Places.Element: WaterfallPlace, Places.Index == Int {
        let band = places[position].band
        if position > places.startIndex, places[position - 1].band == band { return .peers }
        let next = position + 1
        guard next < places.endIndex else { return .nobody }
        return places[next].band == band ? .peers : .region(places[next].region)
    }
}
