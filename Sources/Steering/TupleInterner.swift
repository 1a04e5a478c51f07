/// Numbers distinct tuples of small integers from 0 in the order they first come.
///
/// Asking for a tuple that is known allocates nothing.
struct TupleInterner<Element: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    /// The tuples one after another.
    private(set) var elements: [Element] = []
    /// Where each tuple begins in `elements`, and at last where the next would.
    private(set) var starts: [Int] = [0]
    /// Open addressing: the number of a tuple plus 1, or 0 where nothing is; a power of two, at most half full.
    private var slots = [UInt32](repeating: 0, count: 64)

    /// How many distinct tuples there are.
    var count: Int { starts.count - 1 }

    /// The number of a tuple, and whether it is new.
    mutating func intern(_ tuple: [Element]) -> (number: Int, isNew: Bool) {
        var slot = Self.hash(tuple[...]) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if equals(number, tuple) { return (number, false) }
            slot = (slot + 1) & (slots.count - 1)
        }
        elements += tuple
        starts.append(elements.count)
        slots[slot] = UInt32(count)
        if count * 2 > slots.count { grow() }
        return (count - 1, true)
    }

    private func equals(_ number: Int, _ tuple: [Element]) -> Bool {
        let start = starts[number]
        guard starts[number + 1] - start == tuple.count else { return false }
        for index in tuple.indices where elements[start + index] != tuple[index] { return false }
        return true
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for number in 0..<count {
            var slot = Self.hash(elements[starts[number]..<starts[number + 1]]) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(number + 1)
        }
    }

    private static func hash(_ tuple: ArraySlice<Element>) -> Int {
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
        for element in tuple {
            hash = (hash ^ UInt64(truncatingIfNeeded: element)) &* 0xFF51_AFD7_ED55_8CCD ^ hash >> 29
        }
        return Int(truncatingIfNeeded: mix(hash) >> 1)
    }
}
