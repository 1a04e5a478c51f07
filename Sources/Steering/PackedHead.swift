/// A ``RankingHead`` as it is kept: the regions alone, without what they were compared by.
///
///     assigned region, or 65535 | 1 when the place is known | region to try, or 65535 | regions, best first
///     | 65535, ends of the bands
///
/// The last part is there only when some band holds several regions; ends count from the first region.
struct PackedHead {
    /// Stands for no region.
    static let none = UInt16.max
    /// Where the regions begin.
    static let regionsOffset = 3

    /// The region that the client's network is assigned to.
    let assigned: UInt16?
    /// Whether the rest is ordered by distance.
    let isLocated: Bool
    /// The region that is tried by few clients.
    let trial: UInt16?
    /// The regions that were ordered for the very place of the client, best first.
    let regions: ArraySlice<UInt16>
    /// The ends of the bands; `nil` when each region has a band of its own.
    private let ends: ArraySlice<UInt16>?

    /// Reads what ``RankingHead/write(key:)`` wrote.
    init(_ elements: ArraySlice<UInt16>) {
        assigned = elements.first.flatMap { $0 == Self.none ? nil : $0 }
        let rest = elements.dropFirst()
        isLocated = rest.first == 1
        trial = rest.dropFirst().first.flatMap { $0 == Self.none ? nil : $0 }
        let bands = rest.dropFirst(2)
        if let separator = bands.firstIndex(of: Self.none) {
            regions = bands[..<separator]
            ends = bands[(separator + 1)...]
        } else {
            regions = bands
            ends = nil
        }
    }

    /// How many bands there are.
    var bandCount: Int { ends?.count ?? regions.count }

    /// The regions of a band.
    ///
    /// - Parameter index: 0..<``bandCount``.
    func band(_ index: Int) -> ArraySlice<UInt16> {
        let first = regions.startIndex
        guard let ends else { return regions[(first + index)...(first + index)] }
        let start = index == 0 ? 0 : Int(ends[ends.startIndex + index - 1])
        return regions[(first + start)..<(first + Int(ends[ends.startIndex + index]))]
    }
}
