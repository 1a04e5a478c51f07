/// The deadlines of the connections of a loop, one for each, moved often and reached seldom. No I/O, no clock.
///
/// Time is cut into ticks, and the wheel has a list of connections for each of the next `size` ticks (hashed timing
/// wheels; Varghese and Lauck, 1987, scheme 6):
///
///     tick   current   +1      +2             +1023
///            [ ]       [7 3]   [ ]    ...     [12 5 ...]      what is due later stands here too
///
/// A deadline that moves away is only noted: its connection stays in its list and is put where it belongs when that comes
/// up. So a connection that is busy changes a list once in a turn of the wheel and not with every octet.
package struct DeadlineWheel {
    private struct Entry {
        var deadline = LoopTime.never
        /// The tick in whose list it stands; -1 when in none.
        var tick: Int64 = -1
        var next: Int32 = -1
        var previous: Int32 = -1
    }

    private var entries: [Entry] = []
    /// The first of each list.
    private var heads: [Int32]
    /// The last tick whose list has been looked through.
    private var current: Int64
    /// No list before this tick has anybody in it.
    private var earliest = Int64.max
    /// How many stand in lists.
    private var count = 0

    /// Ticks of one turn, a power of two.
    static let size: Int64 = 1024
    /// Nanoseconds of a tick: how late a deadline may be noticed. Timeouts are seconds, those of tests milliseconds.
    static let width: Int64 = 4_000_000

    /// A wheel that begins to turn at `now`.
    package init(at now: LoopTime) {
        heads = Array(repeating: -1, count: Int(Self.size))
        current = now.nanoseconds / Self.width
    }

    /// Makes room for connections with numbers below `count`.
    mutating func grow(to count: Int) {
        while entries.count < count { entries.append(Entry()) }
    }

    /// Moves the deadline of a connection, which must have room.
    package mutating func set(_ number: Int, at deadline: LoopTime) {
        entries[number].deadline = deadline
        guard deadline != .never else { return }
        let tick = tick(of: deadline)
        let present = entries[number].tick
        if present < 0 {
            link(number, tick)
        } else if tick < present {
            unlink(number)
            link(number, tick)
        }
    }

    /// Takes the deadline away, and the connection out of its list.
    package mutating func remove(_ number: Int) {
        entries[number].deadline = .never
        if entries[number].tick >= 0 { unlink(number) }
    }

    /// Whether the connection has a deadline.
    package func isSet(_ number: Int) -> Bool { entries[number].deadline != .never }

    /// Turns the wheel on to `now`, and appends the connections whose deadlines have passed to `due`; they have none then.
    package mutating func advance(to now: LoopTime, due: inout [Int]) {
        let target = now.nanoseconds / Self.width
        guard target > current else { return }
        guard count > 0, earliest <= target else {
            current = target
            return
        }
        // A whole turn sees every list.
        var tick = max(current + 1, min(earliest, target), target - Self.size + 1)
        current = target
        earliest = .max
        while tick <= target {
            var number = Int(heads[Int(tick & (Self.size - 1))])
            while number >= 0 {
                let next = Int(entries[number].next)
                unlink(number)
                let deadline = entries[number].deadline
                if deadline <= now {
                    entries[number].deadline = .never
                    due.append(number)
                } else if deadline != .never {
                    link(number, self.tick(of: deadline))
                }
                number = next
            }
            tick += 1
        }
        if count > 0 { earliest = min(earliest, firstTick) }
    }

    /// When there may be something to do; `nil` when nobody has a deadline. May be too early, never too late.
    package var nextLook: LoopTime? {
        count > 0 ? LoopTime(nanoseconds: max(earliest, current + 1) * Self.width) : nil
    }

    /// The first tick after the present whose list is not empty.
    private var firstTick: Int64 {
        var tick = current + 1
        while tick < current + Self.size, heads[Int(tick & (Self.size - 1))] < 0 { tick += 1 }
        return tick
    }

    /// The first tick that begins at the deadline or later and has a list.
    private func tick(of deadline: LoopTime) -> Int64 {
        let tick = (deadline.nanoseconds - 1) / Self.width + 1
        return min(max(tick, current + 1), current + Self.size - 1)
    }

    private mutating func link(_ number: Int, _ tick: Int64) {
        let list = Int(tick & (Self.size - 1))
        let first = heads[list]
        entries[number].tick = tick
        entries[number].next = first
        entries[number].previous = -1
        if first >= 0 { entries[Int(first)].previous = Int32(number) }
        heads[list] = Int32(number)
        count += 1
        if tick < earliest { earliest = tick }
    }

    private mutating func unlink(_ number: Int) {
        let entry = entries[number]
        if entry.previous >= 0 {
            entries[Int(entry.previous)].next = entry.next
        } else {
            heads[Int(entry.tick & (Self.size - 1))] = entry.next
        }
        if entry.next >= 0 { entries[Int(entry.next)].previous = entry.previous }
        entries[number].tick = -1
        count -= 1
    }
}
