import DNSWire

/// The keyed hash of the name index, computed label by label from the root, so that one pass over a name gives the
/// hash of each of its ancestors too.
///
/// Each step folds a 128-bit product of key and data, eight octets at a time. The key is drawn when an index is built:
/// who can put names into a zone cannot prepare names that collide.
struct NameHash: Sendable {
    let key: UInt64
    let multiplier: UInt64

    /// A hash with a key made from `generator`.
    init(using generator: inout some RandomNumberGenerator) {
        key = generator.next()
        multiplier = generator.next() | 1
    }

    /// The hash of the root name.
    var root: UInt64 { key }

    /// The hash of the suffix of `name` that begins with `label`, from the hash of the suffix after it.
    @inline(__always)
    func extend(_ parent: UInt64, by name: borrowing QueryName, label: Int) -> UInt64 {
        var hash = parent
        var index = name.offset(ofLabel: label)
        var left = 1 + Int(name[index])
        while left > 0 {
            hash = fold(hash ^ name.word(at: index, count: left))
            index += 8
            left -= 8
        }
        return hash
    }

    @inline(__always)
    private func fold(_ value: UInt64) -> UInt64 {
        let product = (value &+ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: multiplier)
        return product.high ^ product.low
    }
}

/// Room for the hash of a name and of each of its ancestors, by label; it is outside the value, so that passing it on
/// copies nothing, and every index is taken modulo its size.
@safe
struct SuffixHashes: ~Copyable, @unchecked Sendable {
    // Owned by this value alone.
    private let storage: UnsafeMutablePointer<UInt64>

    init() {
        unsafe storage = .allocate(capacity: 128)
        unsafe storage.initialize(repeating: 0, count: 128)
    }

    deinit {
        unsafe storage.deallocate()
    }

    /// The hash of the suffix that begins with `label`.
    subscript(label: Int) -> UInt64 {
        @inline(__always) get { unsafe storage[label & 127] }
        @inline(__always) nonmutating set { unsafe storage[label & 127] = newValue }
    }

    /// Fills in the hashes of a name and its ancestors.
    @inline(__always)
    func fill(_ hash: NameHash, _ name: borrowing QueryName) {
        var value = hash.root
        var label = name.labelCount
        self[label] = value
        while label > 0 {
            label -= 1
            value = hash.extend(value, by: name, label: label)
            self[label] = value
        }
    }
}
