import Glibc

/// Octets in a row: written at the end, taken from the front.
///
///     | taken | octets | room |
///     0       start    end    capacity
///
/// One without memory is empty and costs nothing; memory comes with the first octet, best from a `BufferStack`, and more
/// of it as it is needed.
@safe
package struct OctetBuffer: ~Copyable {
    @usableFromInline var memory: UnsafeMutableRawPointer?
    @usableFromInline package internal(set) var capacity: Int
    @usableFromInline var start = 0
    @usableFromInline var end = 0

    /// Octets that fit into the memory that is got first.
    package static let leastCapacity = 4096

    /// A buffer without memory.
    @inlinable
    package init() {
        unsafe memory = nil
        capacity = 0
    }

    /// A buffer over memory that `malloc` gave.
    init(memory: UnsafeMutableRawPointer, capacity: Int) {
        unsafe self.memory = memory
        self.capacity = capacity
    }

    /// Octets in it.
    @inlinable package var count: Int { end - start }

    /// Whether there are none.
    @inlinable package var isEmpty: Bool { end == start }

    /// Lends the octets.
    @inlinable
    package func withOctets<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // `start` and `end` stay inside the memory, and all of it up to `end` has been written.
        try body(unsafe Span(_unsafeStart: UnsafePointer(base + start), count: end - start))
    }

    /// The memory as octets; of a buffer without any, an address that is not used.
    @inlinable
    var base: UnsafeMutablePointer<UInt8> {
        unsafe (memory ?? UnsafeMutableRawPointer(bitPattern: 16).unsafelyUnwrapped)
            .assumingMemoryBound(to: UInt8.self)
    }

    // MARK: - Writing

    /// Appends octets.
    @inlinable
    package mutating func append(_ octets: Span<UInt8>) {
        let count = octets.count
        guard count > 0 else { return }
        reserve(count)
        unsafe octets.withUnsafeBufferPointer { source in
            guard let first = source.baseAddress else { return }
            // There is room for `count`.
            unsafe memcpy(base + end, first, count)
        }
        end += count
    }

    /// Appends the octets of `range`, which must lie within `octets`.
    @inlinable
    package mutating func append(_ octets: Span<UInt8>, _ range: Range<Int>) {
        append(octets.extracting(range))
    }

    /// Appends the octets of a literal.
    @inlinable
    package mutating func append(_ literal: StaticString) {
        let count = literal.utf8CodeUnitCount
        reserve(count)
        // There is room for `count`.
        unsafe memcpy(base + end, literal.utf8Start, count)
        end += count
    }

    /// Appends the octets of another buffer.
    package mutating func append(_ other: borrowing OctetBuffer) { other.withOctets { append($0) } }

    /// Appends octets that are kept.
    @inlinable
    package mutating func append(_ octets: [UInt8]) { append(octets.span) }

    /// Appends the UTF-8 of a text; for what is written seldom.
    package mutating func append(text: String) { append(Array(text.utf8).span) }

    /// Appends a number of the network's octet order.
    package mutating func append(bigEndian number: some FixedWidthInteger) {
        var shift = number.bitWidth
        while shift > 0 {
            shift -= 8
            append(octet: UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    /// Appends one octet.
    @inlinable
    package mutating func append(octet: UInt8) {
        reserve(1)
        // There is room for one.
        unsafe base[end] = octet
        end += 1
    }

    /// Appends a number in decimal digits.
    package mutating func append(decimal number: UInt64) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var first = 20
        var rest = number
        repeat {
            first -= 1
            digits[first] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        } while rest > 0
        append(digits.span, first..<20)
    }

    // MARK: - Taking

    /// Takes `count` octets, of which there must be as many, off the front.
    @inlinable
    package mutating func drop(_ count: Int) {
        precondition(count >= 0 && count <= end - start)
        start += count
        if start == end { (start, end) = (0, 0) }
    }

    /// Takes all octets off.
    @inlinable
    package mutating func clear() { (start, end) = (0, 0) }

    // MARK: - Memory

    /// Makes room for `count` more octets.
    @inlinable
    package mutating func reserve(_ count: Int) {
        if capacity - end < count { makeRoom(count) }
    }

    @usableFromInline
    mutating func makeRoom(_ count: Int) {
        let held = end - start
        if start > 0, capacity - held >= count, start >= held {
            // What was taken off the front leaves enough room, and moving costs no more than was gained.
            unsafe memcpy(base, base + start, held)
            (start, end) = (0, held)
            return
        }
        var updated = max(capacity, Self.leastCapacity)
        while updated - end < count { updated *= 2 }
        guard let grown = unsafe realloc(memory, updated) else { fatalError("no memory for \(updated) octets") }
        unsafe memory = grown
        capacity = updated
    }

    /// Octets that can be written without getting memory.
    var room: Int { capacity - end }

    /// Lets `body` write into the room behind the octets; it returns how many it has written.
    mutating func write(_ body: (UnsafeMutableRawPointer, _ room: Int) -> Int) -> Int {
        let count = unsafe body(UnsafeMutableRawPointer(base + end), room)
        guard count > 0 else { return count }
        end += min(count, room)
        return count
    }

    /// Gives the memory away; the buffer is then one without.
    mutating func takeMemory() -> UnsafeMutableRawPointer? {
        defer {
            unsafe memory = nil
            (capacity, start, end) = (0, 0, 0)
        }
        return unsafe memory
    }

    deinit {
        unsafe free(memory)
    }
}
