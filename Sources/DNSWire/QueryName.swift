/// The QNAME of a query in lower case, with the place of each label, in storage that is reused from query to query.
///
/// Lookup walks names from the root down, so the label offsets are kept beside the octets. The storage is outside the
/// value, so that passing a name on copies nothing; every index is taken modulo its size, so that none is out of bounds.
///
///     0 ............. 254   255 ..... 263   264 .......... 391
///     octets of the name    slack           label offsets, the most specific label first; the root is not listed
///
/// Octets are read and written eight at a time: what stands behind the name is left from earlier ones, and the slack is
/// there so that eight octets can be taken from any place.
///
/// Public, as are the other types that the packet path reads, because the compiler inlines members across modules only
/// where the type is public (Swift 6.3).
@safe
public struct QueryName: ~Copyable, @unchecked Sendable {
    // Owned by this value alone, which cannot be copied: that is what makes it safe to send.
    @usableFromInline let storage: UnsafeMutablePointer<UInt8>
    /// Octets in wire form, 1...255.
    @usableFromInline package private(set) var length = 1
    /// Labels without the root, 0...127.
    @usableFromInline package private(set) var labelCount = 0

    /// Where the label offsets begin.
    @inlinable static var labelOffsets: Int { 264 }
    private static let size = 264 + 128

    /// The root name.
    package init() {
        unsafe storage = .allocate(capacity: Self.size)
        unsafe storage.initialize(repeating: 0, count: Self.size)
    }

    deinit {
        unsafe storage.deallocate()
    }

    /// The octet at `index` of the wire form.
    @inlinable
    package subscript(index: Int) -> UInt8 {
        @inline(__always) get { unsafe storage[index & 255] }
    }

    /// The first `count` octets from `index` on as one integer, the first octet in its lowest bits.
    ///
    /// - Parameter count: at least 1; above 8 it is taken as 8.
    @inlinable @inline(__always)
    package func word(at index: Int, count: Int) -> UInt64 {
        let octets = unsafe UnsafeRawPointer(storage + (index & 255))
        let word = unsafe UInt64(littleEndian: octets.loadUnaligned(as: UInt64.self))
        return count >= 8 ? word : word & ((1 << UInt64(8 &* count)) &- 1)
    }

    /// Where the length octet of a label is.
    @inlinable @inline(__always)
    package func offset(ofLabel label: Int) -> Int { unsafe Int(storage[Self.labelOffsets + (label & 127)]) }

    /// Where the suffix that begins with a label starts; for `labelCount` the root label.
    @inlinable @inline(__always)
    package func suffix(fromLabel label: Int) -> Int { label == labelCount ? length - 1 : offset(ofLabel: label) }

    /// Calls `body` with the address of the octets, of which the first `length` count; they must not be kept.
    @inlinable @inline(__always)
    package func withUnsafeOctets<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        unsafe body(UnsafePointer(storage))
    }

    /// Takes over another name.
    package mutating func copy(_ other: borrowing QueryName) {
        unsafe storage.update(from: other.storage, count: Self.size)
        length = other.length
        labelCount = other.labelCount
    }

    /// Reads the name that starts at `offset` of a message.
    ///
    /// A QNAME is the first name in its message, so a compression pointer can point to nothing and is refused.
    ///
    /// - Returns: the offset after the name, or `nil` when it is malformed or runs past the end.
    package mutating func read(_ message: Span<UInt8>, at offset: Int) -> Int? {
        var index = offset
        var labels = 0
        while true {
            guard index < message.count else { return nil }
            let label = Int(message[index])
            if label == 0 { break }
            guard label <= DomainName.maximumLabelLength, index - offset + label + 2 <= DomainName.maximumLength else {
                return nil
            }
            unsafe storage[Self.labelOffsets + (labels & 127)] = UInt8(truncatingIfNeeded: index - offset)
            labels += 1
            index += label + 1
        }
        let end = index + 1
        copyLowercased(message, from: offset, to: end)
        length = end - offset
        labelCount = labels
        return end
    }

    /// Copies the octets of a name of at most 255 octets in lower case. No length octet is a letter, so that all octets
    /// can be treated alike.
    @inline(__always)
    private mutating func copyLowercased(_ message: Span<UInt8>, from start: Int, to end: Int) {
        let octets = unsafe message.bytes
        var index = start
        var place = unsafe UnsafeMutableRawPointer(storage)
        while index < end, index + 8 <= message.count {
            let word = unsafe octets.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            unsafe place.storeBytes(of: asciiLowercased(word), as: UInt64.self)
            unsafe place += 8
            index += 8
        }
        while index < end {
            unsafe place.storeBytes(of: asciiLowercased(message[index]), as: UInt8.self)
            unsafe place += 1
            index += 1
        }
    }
}

/// Eight octets with ASCII capitals in lower case, the others as they are.
@inline(__always)
private func asciiLowercased(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highest = 0x80 * ones
    let low = word & ~highest
    // The highest bit of each octet tells whether it is at least "A", or above "Z".
    let fromA = low &+ UInt64(0x80 - UInt8(ascii: "A")) * ones
    let aboveZ = low &+ UInt64(0x7F - UInt8(ascii: "Z")) * ones
    let capitals = (fromA ^ aboveZ) & ~word & highest
    return word | (capitals >> 2)
}
