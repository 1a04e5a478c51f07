package import Addressing

/// Response rate limiting: how many responses one network is sent over UDP, where source addresses can be forged.
///
/// Each thread has a limiter of its own with fixed memory. A response is charged to two networks around its client, a
/// narrow one and a wide one, each with a bucket in a table; the generic cell rate algorithm keeps one time for each:
/// a response is due when `now >= due - burst`, and then `due = max(now, due) + 1/rate`. Buckets are found by a keyed
/// hash, two places for each; a network whose places are both taken pushes out the one that is least in debt.
package struct RateLimiter: ~Copyable {
    /// How much is allowed.
    package struct Limits: Sendable, Hashable {
        /// Responses a second to a /24 or /56; a /16 or /40 may have 16 times that.
        package var rate: Int
        /// Of the responses over the limit every `slip`-th is sent truncated, so that an honest client can come back
        /// over TCP; 0 drops all.
        package var slip: Int
        /// Networks that are not limited.
        package var exempt: [IPPrefix]

        package init(rate: Int, slip: Int = 2, exempt: [IPPrefix] = []) {
            self.rate = rate
            self.slip = slip
            self.exempt = exempt
        }
    }

    /// What is done with a response.
    package enum Decision: Sendable, Hashable {
        case send
        /// Sent empty, with TC set.
        case truncate
        case drop
    }

    private struct Bucket {
        /// The network, hashed; 0 for none.
        var key: UInt64 = 0
        /// When the next response is due, in nanoseconds.
        var due: UInt64 = 0
    }

    /// Buckets of a limiter: 2^14 of 16 octets.
    private static let bucketCount = 1 << 14
    /// How many seconds' worth of responses may come at once.
    private static let burst: UInt64 = 1
    private static let wideFactor = 16

    private let limits: Limits
    private let narrowCost: UInt64
    private var buckets = [Bucket](repeating: Bucket(), count: bucketCount)
    private var overLimit = 0
    private let seed: UInt64

    /// A limiter for one of `threads` threads, which share the rate.
    package init(_ limits: Limits, threads: Int, seed: UInt64) {
        self.limits = limits
        narrowCost = 1_000_000_000 * UInt64(max(1, threads)) / UInt64(max(1, limits.rate))
        self.seed = seed | 1
    }

    /// Charges a response to a client.
    ///
    /// - Parameter now: nanoseconds of a clock that never goes back.
    package mutating func charge(_ client: IPAddress, at now: UInt64) -> Decision {
        if limits.exempt.contains(where: { $0.contains(client) }) { return .send }
        let isV4 = client.family == .v4
        let narrow = (client.bits >> (isV4 ? 8 : 72)) << 8 | (isV4 ? 1 : 2)
        let wide = (client.bits >> (isV4 ? 16 : 88)) << 8 | (isV4 ? 3 : 4)
        let fitsNarrow = take(narrow, cost: narrowCost, at: now)
        let fitsWide = take(wide, cost: max(1, narrowCost / UInt64(Self.wideFactor)), at: now)
        if fitsNarrow && fitsWide { return .send }
        overLimit &+= 1
        return limits.slip > 0 && overLimit % limits.slip == 0 ? .truncate : .drop
    }

    /// Takes one response from a network's bucket.
    private mutating func take(_ network: UInt128, cost: UInt64, at now: UInt64) -> Bool {
        let key = hash(network)
        let first = Int(truncatingIfNeeded: key) & (Self.bucketCount - 1)
        let second = Int(truncatingIfNeeded: key >> 32) & (Self.bucketCount - 1)
        var place = first
        if buckets[first].key != key {
            if buckets[second].key == key || buckets[second].due < buckets[first].due { place = second }
            if buckets[place].key != key { buckets[place] = Bucket(key: key, due: now) }
        }
        let due = max(buckets[place].due, now)
        guard due - now <= Self.burst * 1_000_000_000 else { return false }
        buckets[place].due = due + cost
        return true
    }

    private func hash(_ network: UInt128) -> UInt64 {
        // The top bit tells a taken bucket from a free one.
        fold(fold(seed ^ UInt64(truncatingIfNeeded: network)) ^ UInt64(truncatingIfNeeded: network >> 64)) | 1 << 63
    }

    private func fold(_ value: UInt64) -> UInt64 {
        let product = (value &+ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: seed)
        return product.high ^ product.low
    }
}
