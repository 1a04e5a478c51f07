/// How requests are divided over the tiers of a pool.
///
/// As Envoy divides them over priority levels: a tier whose weight is healthy to the part h carries at most f x h of the
/// requests, f being the overprovisioning factor, and the rest goes on to the next tier. With f = 1.4 a tier carries all
/// of them until less than 71 % of it are healthy; then the backups come in bit by bit, so that no cliff is fallen off.
/// When all tiers together cannot carry the whole, each carries its part of what they can.
struct TierShares: Sendable {
    /// The whole.
    static let whole = 65_536

    /// By tier: its part of `whole`; they add up to it unless no tier has a healthy server.
    private(set) var shares: [Int] = []
    /// What the tiers owe each other, as in smooth weighted round robin.
    private var credits: [Int] = []
    /// The tier that carries everything, if one does.
    private(set) var only: Int?

    /// Takes up new parts.
    ///
    /// - Parameters:
    ///   - healthy: by tier, the part of its weight that can serve, 0...1.
    ///   - overprovisioning: f, at least 1.
    mutating func update(healthy: [Double], overprovisioning: Double) {
        var rest = 1.0
        let parts = healthy.map { part in
            let carried = min(rest, part * overprovisioning)
            rest -= carried
            return carried
        }
        let sum = parts.reduce(0, +)
        var updated = parts.map { sum > 0 ? Int($0 / sum * Double(Self.whole)) : 0 }
        // What rounding left goes to the first that carries anything.
        if let first = updated.firstIndex(where: { $0 > 0 }) { updated[first] += Self.whole - updated.reduce(0, +) }
        guard updated != shares else { return }
        shares = updated
        credits = Array(repeating: 0, count: updated.count)
        only = updated.firstIndex(of: Self.whole)
    }

    /// The tier of the next request, in turns by share; `nil` when no tier can serve.
    mutating func next() -> Int? {
        if let only { return only }
        var best: Int?
        for tier in shares.indices where shares[tier] > 0 {
            credits[tier] += shares[tier]
            if let known = best, credits[tier] <= credits[known] { continue }
            best = tier
        }
        if let best { credits[best] -= Self.whole }
        return best
    }

    /// The tier of a request with this key, always the same while the shares stand; `nil` when no tier can serve.
    func tier(of key: UInt64) -> Int? {
        if let only { return only }
        var rest = Int(mix(key ^ 0x7469_6572) >> 48)
        for tier in shares.indices {
            rest -= shares[tier]
            if rest < 0 { return tier }
        }
        return nil
    }
}
