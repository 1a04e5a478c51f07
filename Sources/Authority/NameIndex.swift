import DNSWire

/// The index over all owner names, as queries read it: lower-case wire names to nodes.
struct NameIndex: Sendable {
    /// A place of the hash table. The hash stands beside the node, so that most nodes that are not meant are not even
    /// looked at: in a large zone each look is a cache miss.
    struct Slot: BitwiseCopyable, Sendable {
        var hash: UInt32 = 0
        /// ``Node/none`` for a free place.
        var node: UInt32 = Node.none
    }

    let hash: NameHash
    /// Open addressing with linear steps; the count is a power of two, at most half of it used.
    let slots: FlatArray<Slot>
    let nodes: FlatArray<Node>
    let branches: FlatArray<Branch>
    /// The wire names, and the DNAME targets.
    let names: FlatArray<UInt8>

    /// Frees the storage; called by the owner.
    func deallocate() {
        slots.deallocate()
        nodes.deallocate()
        branches.deallocate()
        names.deallocate()
    }

    /// The DNAME at or above a node; ``Node/none`` when there is none.
    func dname(of node: Node) -> UInt32 {
        node.branch == Node.none ? Node.none : branches[node.branch].dname
    }

    /// The node of the suffix of a name that starts at octet `offset`.
    @inline(__always)
    func find(hash full: UInt64, _ name: borrowing QueryName, from offset: Int) -> UInt32? {
        let low = UInt32(truncatingIfNeeded: full)
        let length = name.length - offset
        var place = Int(low) & (slots.count - 1)
        while true {
            let slot = slots[place]
            if slot.node == Node.none { return nil }
            if slot.hash == low {
                let node = nodes[slot.node]
                let isEqual = unsafe name.withUnsafeOctets { octets in
                    unsafe Int(node.nameLength) == length
                        && names.equals(from: Int(node.nameOffset), octets + offset, count: length)
                }
                if isEqual { return slot.node }
            }
            place = (place + 1) & (slots.count - 1)
        }
    }
}
