/// The search tree of a MaxMind database, read in place.
///
/// A node is two records, the left for a 0 bit and the right for a 1 bit. A record is a value: less than the node count,
/// the number of another node; equal to it, nothing known; greater, a place in the data section. Octets of a node by
/// the bits of a record, `l` left and `r` right, high octet first:
///
///     24   l l l r r r
///     28   l l l x r r r      x: high half belongs to l as its top 4 bits, low half to r
///     32   l l l l r r r r
@safe struct SearchTree {
    private let bytes: UnsafeRawBufferPointer
    private let recordBits: Int
    /// The number of nodes; also the value for nothing known.
    let nodeCount: UInt32

    /// A tree at the start of `bytes`, which must stay mapped as long as the tree is used.
    init(bytes: UnsafeRawBufferPointer, nodeCount: UInt32, recordBits: Int) {
        unsafe self.bytes = bytes
        self.nodeCount = nodeCount
        self.recordBits = recordBits
    }

    /// Whether all nodes lie inside the file; everything else may be asked only of such a tree.
    var isValid: Bool {
        let size = Int(nodeCount) * recordBits / 4
        return unsafe [24, 28, 32].contains(recordBits) && nodeCount > 0 && size <= bytes.count
    }

    /// The value of one record of a node.
    ///
    /// - Parameters:
    ///   - node: less than ``nodeCount``.
    ///   - bit: 0 for the left record, else the right one.
    @inline(__always)
    func child(of node: UInt32, bit: Int) -> UInt32 {
        let right = bit != 0
        switch recordBits {
        case 24:
            return octets(at: Int(node) * 6 + (right ? 3 : 0), count: 3)
        case 28:
            let start = Int(node) * 7
            let middle = octets(at: start + 3, count: 1)
            return right
                ? (middle & 0x0F) << 24 | octets(at: start + 4, count: 3)
                : (middle >> 4) << 24 | octets(at: start, count: 3)
        default:
            return octets(at: Int(node) * 8 + (right ? 4 : 0), count: 4)
        }
    }

    /// The value reached from `node` by going left `zeroBits` times, or the leaf met before that.
    func value(below node: UInt32, zeroBits: Int) -> UInt32 {
        var value = node
        for _ in 0..<zeroBits where value < nodeCount { value = child(of: value, bit: 0) }
        return value
    }

    /// Up to four octets as a big-endian number.
    @inline(__always)
    private func octets(at start: Int, count: Int) -> UInt32 {
        var value: UInt32 = 0
        for index in start..<start + count { value = unsafe value << 8 | UInt32(bytes[index]) }
        return value
    }
}
