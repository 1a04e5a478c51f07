/// The QNAME of a query in lower case, with the place of each label, in storage that is reused from query to query.
///
/// Lookup walks names from the root down, so the label offsets are kept beside the octets. The storage is outside the
/// value, so that passing a name on copies nothing; every index is taken modulo its size, so that none is out of bounds.
///
///     0 ............. 255   256 .......... 383
///     octets of the name    label offsets, the most specific label first; the root label is not listed
@safe
package struct QueryName: ~Copyable, @unchecked Sendable {
    // Owned by this value alone, which cannot be copied: that is what makes it safe to send.
    @usableFromInline let storage: UnsafeMutablePointer<UInt8>
    /// Octets in wire form, 1...255.
    package private(set) var length = 1
    /// Labels without the root, 0...127.
    package private(set) var labelCount = 0

    /// The root name.
    package init() {
        unsafe storage = .allocate(capacity: 256 + 128)
        unsafe storage.initialize(repeating: 0, count: 256 + 128)
    }

    deinit {
        unsafe storage.deallocate()
    }

    /// The octet at `index` of the wire form.
    @inlinable
    package subscript(index: Int) -> UInt8 {
        @inline(__always) get { unsafe storage[index & 255] }
    }

    /// Where the length octet of a label is.
    @inlinable @inline(__always)
    package func offset(ofLabel label: Int) -> Int { unsafe Int(storage[256 + (label & 127)]) }

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
        unsafe storage.update(from: other.storage, count: 256 + 128)
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
        var written = 0
        var labels = 0
        while true {
            guard index < message.count else { return nil }
            let label = Int(message[index])
            if label == 0 {
                unsafe storage[written & 255] = 0
                length = written + 1
                labelCount = labels
                return index + 1
            }
            guard label <= DomainName.maximumLabelLength, written + label + 2 <= DomainName.maximumLength,
                index + 1 + label < message.count
            else { return nil }
            unsafe storage[256 + (labels & 127)] = UInt8(truncatingIfNeeded: written)
            labels += 1
            unsafe storage[written & 255] = message[index]
            for step in 1...label { unsafe storage[(written + step) & 255] = asciiLowercased(message[index + step]) }
            index += label + 1
            written += label + 1
        }
    }
}
