/// Runs of equal value in the making: first addresses in ascending order, neighbours with different values.
struct RunList<Address: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    /// A network of this family with its value.
    struct Entry {
        /// The first address.
        var start: Address
        /// The prefix length.
        var length: UInt8
        var value: UInt32

        /// The last address.
        var end: Address { Int(length) == Address.bitWidth ? start : start | (Address.max >> Address(length)) }
    }

    /// The first address of each run; the first run starts at 0.
    private(set) var starts: [Address] = []
    /// The value of each run.
    private(set) var values: [UInt32] = []

    /// No runs yet.
    init(capacity: Int) {
        starts.reserveCapacity(capacity)
        values.reserveCapacity(capacity)
    }

    /// Cuts networks, which may nest, into runs; the longest match gives the value, `rest` where there is none.
    ///
    /// Time is linear for networks in order of address and length; others are sorted first. Of two entries for one
    /// network the later counts.
    init(_ entries: [Entry], rest: UInt32) {
        var entries = entries
        if !zip(entries, entries.dropFirst()).allSatisfy({ ($0.start, $0.length) <= ($1.start, $1.length) }) {
            let order = entries.indices.sorted {
                (entries[$0].start, entries[$0].length, $0) < (entries[$1].start, entries[$1].length, $1)
            }
            entries = order.map { entries[$0] }
        }
        self.init(capacity: entries.count + entries.count / 4 + 1)
        append(rest, from: 0)
        var open: [Entry] = []
        for entry in entries {
            while let inner = open.last, inner.end < entry.start { close(inner, &open, rest) }
            append(entry.value, from: entry.start)
            open.append(entry)
        }
        while let inner = open.last { close(inner, &open, rest) }
    }

    /// Returns to the value around a network that ends.
    private mutating func close(_ inner: Entry, _ open: inout [Entry], _ rest: UInt32) {
        open.removeLast()
        if inner.end != .max { append(open.last?.value ?? rest, from: inner.end + 1) }
    }

    /// Gives the addresses from `start` on this value. Starts may not descend; one that repeats replaces.
    mutating func append(_ value: UInt32, from start: Address) {
        if let last = starts.last, last == start {
            starts.removeLast()
            values.removeLast()
        }
        if values.last == value { return }
        starts.append(start)
        values.append(value)
    }

    /// The runs in which neither list changes, with a value made of the two.
    func combined(
        with other: RunList,
        _ value: (_ own: UInt32, _ other: UInt32) -> UInt32
    ) -> RunList {
        var result = RunList(capacity: starts.count + other.starts.count)
        var (own, its) = (0, 0)
        while true {
            result.append(value(values[own], other.values[its]), from: max(starts[own], other.starts[its]))
            let ownNext = own + 1 < starts.count ? starts[own + 1] : nil
            let itsNext = its + 1 < other.starts.count ? other.starts[its + 1] : nil
            switch (ownNext, itsNext) {
            case (nil, nil): return result
            case (_?, nil): own += 1
            case (nil, _?): its += 1
            case (let next?, let other?):
                if next <= other { own += 1 }
                if other <= next { its += 1 }
            }
        }
    }
}
