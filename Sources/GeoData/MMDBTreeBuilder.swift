/// The binary tree over address bits, while it is made.
///
/// Node `n` is the two slots `2n` and `2n + 1`. A slot is the number of a node, or with the high bit set a leaf: one
/// more than the number of its record, or nothing known. A node is made after the node above it, so that counting
/// down visits every node after those below it.
struct MMDBTreeBuilder {
    private static let leafFlag: UInt32 = 1 << 31
    private static let empty: UInt32 = leafFlag
    /// The number of a node that was merged away.
    private static let merged = UInt32.max

    private let bitWidth: Int
    private var slots: [UInt32] = [empty, empty]
    /// After merging: the number in the file of each node, or ``merged``.
    private var numbers: [UInt32] = []
    /// The number of nodes in the file.
    private(set) var nodeCount = 1

    /// The nodes from the root down to the last network inserted.
    private var path: [UInt32]
    private var pathBits: UInt128 = 0
    private var pathDepth = 0

    /// A tree that knows nothing.
    init(bitWidth: Int) {
        self.bitWidth = bitWidth
        path = [UInt32](repeating: 0, count: bitWidth)
    }

    /// Puts a record at a network. Networks come in the order of their first addresses, the larger first; a network
    /// then only ever divides a leaf or replaces one.
    ///
    /// Starts where the way to the last network parts, so that neighbours cost a few steps.
    mutating func insert(bits: UInt128, length: Int, record: UInt32) {
        let leaf = Self.leafFlag | (record + 1)
        guard length > 0 else {
            slots[0] = leaf
            slots[1] = leaf
            return
        }
        let common = (bits ^ pathBits).leadingZeroBitCount - (128 - bitWidth)
        var depth = min(common, pathDepth, length - 1)
        var node = path[depth]
        while depth < length - 1 {
            let slot = slot(of: node, depth: depth, bits: bits)
            if slots[slot] & Self.leafFlag != 0 {
                let divided = slots[slot]
                slots[slot] = UInt32(slots.count / 2)
                slots.append(divided)
                slots.append(divided)
            }
            node = slots[slot]
            depth += 1
            path[depth] = node
        }
        slots[slot(of: node, depth: depth, bits: bits)] = leaf
        pathBits = bits
        pathDepth = depth
    }

    private func slot(of node: UInt32, depth: Int, bits: UInt128) -> Int {
        2 * Int(node) + (Int(truncatingIfNeeded: bits >> UInt128(bitWidth - 1 - depth)) & 1)
    }

    /// Makes one network of two halves with the same record, from the bottom up, and numbers the nodes that are left.
    mutating func mergeSiblings() {
        let count = slots.count / 2
        var isLeft = [Bool](repeating: true, count: count)
        for node in (0..<count).reversed() {
            for slot in [2 * node, 2 * node + 1] where slots[slot] & Self.leafFlag == 0 {
                let child = Int(slots[slot])
                if !isLeft[child] { slots[slot] = slots[2 * child] }
            }
            // The root stays even when it has one record for all: a file has at least one node.
            isLeft[node] = node == 0 || slots[2 * node] & Self.leafFlag == 0 || slots[2 * node] != slots[2 * node + 1]
        }
        nodeCount = 0
        numbers = isLeft.map { isLeft in
            guard isLeft else { return Self.merged }
            defer { nodeCount += 1 }
            return UInt32(nodeCount)
        }
    }

    /// The nodes as the file has them; see ``SearchTree`` for their layout. Asked after ``mergeSiblings()``.
    ///
    /// - Parameter dataOffsets: for each record its offset in the data section.
    func encoded(recordBits: Int, dataOffsets: [Int]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(nodeCount * recordBits / 4)

        func value(_ slot: UInt32) -> UInt32 {
            if slot & Self.leafFlag == 0 { return numbers[Int(slot)] }
            if slot == Self.empty { return UInt32(nodeCount) }
            return UInt32(nodeCount + 16 + dataOffsets[Int(slot & ~Self.leafFlag) - 1])
        }
        func append(_ value: UInt32, octets: Int) {
            for index in (0..<octets).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(8 * index))) }
        }

        for node in 0..<slots.count / 2 where numbers[node] != Self.merged {
            let left = value(slots[2 * node])
            let right = value(slots[2 * node + 1])
            switch recordBits {
            case 24:
                append(left, octets: 3)
                append(right, octets: 3)
            case 28:
                append(left, octets: 3)
                bytes.append(UInt8(left >> 24) << 4 | UInt8(right >> 24))
                append(right, octets: 3)
            default:
                append(left, octets: 4)
                append(right, octets: 4)
            }
        }
        return bytes
    }
}
