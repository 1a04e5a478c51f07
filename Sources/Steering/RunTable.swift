/// All addresses of a family, cut into runs of equal value: a sorted array of first addresses, and the values.
///
///     starts  0.0.0.0   1.0.0.0   1.0.1.0   1.0.4.0   ...        ascending, the first is 0
///     values     0         7         3         7      ...        neighbours differ
///     index   for each value of the leading bits, the run that holds the first address with those bits
///
/// Because neighbours differ, the two addresses just outside a run decide the shortest prefix around an address in
/// which everything has the value found: it is one bit longer than what the address shares with the nearer of them.
/// So no tree is needed, and the prefix length is minimal by construction.
struct RunTable<Address: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    /// What was found for an address.
    struct Match {
        /// The value of the run.
        var value: UInt32
        /// The run's position.
        var run: Int
        /// The length of the shortest prefix around the address in which every address has this value.
        var depth: Int
    }

    /// The runs themselves.
    let runs: RunList<Address>
    /// The first address of each run.
    private var starts: [Address] { runs.starts }
    /// The value of each run.
    private var values: [UInt32] { runs.values }
    /// With one more element than there are values of the leading bits, so that a search has an upper end.
    private let index: [UInt32]
    private let indexShift: Int

    /// The leading bits of an address that the index resolves at most: at 20 it takes 4 MB.
    private static var maximumIndexBits: Int { 20 }

    /// A table of runs.
    init(_ runs: RunList<Address>) {
        self.runs = runs
        let starts = runs.starts
        let bits = min(Self.maximumIndexBits, max(1, Int.bitWidth - starts.count.leadingZeroBitCount))
        indexShift = Address.bitWidth - bits
        var index: [UInt32] = []
        index.reserveCapacity(1 << bits + 1)
        var run = 0
        for bucket in 0..<(1 << bits) {
            let first = Address(truncatingIfNeeded: bucket) << Address(indexShift)
            while run + 1 < starts.count, starts[run + 1] <= first { run += 1 }
            index.append(UInt32(run))
        }
        index.append(UInt32(starts.count - 1))
        self.index = index
    }

    /// The position of the run that holds `address`.
    func run(of address: Address) -> Int {
        let bucket = Int(truncatingIfNeeded: address >> Address(indexShift))
        var low = Int(index[bucket])
        var high = Int(index[bucket + 1])
        while low < high {
            let middle = (low + high + 1) >> 1
            if starts[middle] <= address { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// The value of an address and the prefix it holds for.
    func match(_ address: Address) -> Match {
        let run = run(of: address)
        return Match(value: values[run], run: run, depth: depth(of: address, from: run, to: run))
    }

    /// The length of the shortest prefix around `address` that lies within the runs `first...last`.
    func depth(of address: Address, from first: Int, to last: Int) -> Int {
        max(bitsToLeave(first - 1, from: address), bitsToLeave(last + 1, from: address))
    }

    /// How many leading bits tell `address` from the nearer end of a neighbouring run; 0 where there is no run.
    private func bitsToLeave(_ run: Int, from address: Address) -> Int {
        guard run >= 0, run < starts.count else { return 0 }
        let end = starts[run] > address ? starts[run] : starts[run + 1] - 1
        return (address ^ end).leadingZeroBitCount + 1
    }

    /// The same where the runs beside that of `match` that are `alike` count as one with it.
    ///
    /// At most `limit` runs are added, for a bound on the time; beyond that the length is safe but may not be minimal.
    func depth(of address: Address, around match: Match, limit: Int, alike: (_ value: UInt32) -> Bool) -> Int {
        var (first, last) = (match.run, match.run)
        var (before, after) = (bitsToLeave(first - 1, from: address), bitsToLeave(last + 1, from: address))
        for _ in 0..<limit {
            // Only the side that asks for more bits matters.
            if before >= after {
                guard before > 0, alike(values[first - 1]) else { break }
                first -= 1
                before = bitsToLeave(first - 1, from: address)
            } else {
                guard alike(values[last + 1]) else { break }
                last += 1
                after = bitsToLeave(last + 1, from: address)
            }
        }
        return max(before, after)
    }
}
