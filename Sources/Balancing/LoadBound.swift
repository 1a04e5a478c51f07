/// What keeps a popular key from overloading its server: consistent hashing with bounded loads (Mirrokni, Thorup and
/// Zadimoghaddam 2016).
///
/// A server takes no more than ceil(c x (m + 1) x w / W) requests at a time, m being those in progress in the tier, w
/// its weight and W the sum of the weights; the key then goes to the next server. As the limits add up to more than m,
/// there always is a server below its own.
struct LoadBound: Sendable {
    /// c x (m + 1) / W, or infinite for no bound.
    private let perShare: Double

    /// No bound.
    static let none = LoadBound(perShare: .infinity)

    private init(perShare: Double) {
        self.perShare = perShare
    }

    /// The bound in a tier at present.
    ///
    /// - Parameter factor: c, more than 1; `nil` for no bound.
    init(_ factor: Double?, over slots: [ServerSlot], in tier: Range<Int>, excluding tried: [Int]) {
        guard let factor else {
            self = .none
            return
        }
        var requests = 0
        var shares = 0
        for index in tier where slots[index].accepts(tried) {
            requests += slots[index].requestsInProgress
            shares += slots[index].share
        }
        self.init(perShare: shares > 0 ? factor * Double(requests + 1) / Double(shares) : .infinity)
    }

    /// Whether the server takes no more at present.
    @inline(__always)
    func isReached(by slot: borrowing ServerSlot) -> Bool {
        guard perShare < .infinity else { return false }
        return Double(slot.requestsInProgress) >= (perShare * Double(slot.share)).rounded(.up)
    }
}
