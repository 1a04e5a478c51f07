import DNSWire

/// The index while it is being built.
struct NameIndexBuilder: ~Copyable {
    let hash: NameHash
    private var slots: FlatArrayBuilder<NameIndex.Slot>
    var nodes: FlatArrayBuilder<Node>
    private var branches = FlatArrayBuilder<Branch>()
    private var names: FlatArrayBuilder<UInt8>
    /// Reused for each name that is looked up.
    private var scratch = QueryName()
    private let suffixHashes = SuffixHashes()

    /// An empty index.
    ///
    /// - Parameters:
    ///   - capacity: how many names are expected.
    ///   - hash: with a key that nobody outside knows.
    init(capacity: Int, hash: NameHash) {
        self.hash = hash
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = FlatArrayBuilder(repeating: NameIndex.Slot(), count: size)
        nodes = FlatArrayBuilder(capacity: capacity)
        names = FlatArrayBuilder(capacity: capacity * 16)
    }

    /// The node of `name`, made with its missing ancestors up to the apex of its zone when it is new.
    ///
    /// - Parameters:
    ///   - name: an owner name at or below the apex, in wire form.
    ///   - zone: the zone's index.
    ///   - apexLabels: the number of labels of the zone's name.
    /// - Returns: the node; when the name belongs to a child zone and is not in it, a node of that zone above it; `nil`
    ///   when the octets are no name.
    mutating func insert(_ name: ArraySlice<UInt8>, zone: UInt32, apexLabels: Int) -> UInt32? {
        guard read(name) else { return nil }
        return insert(label: 0, zone: zone, apexLabels: apexLabels)
    }

    /// Makes the ancestors of a name that exist in the zone around it: what lies between the apex of a zone and a
    /// delegation of it is an empty non-terminal.
    mutating func insertAncestors(of name: ArraySlice<UInt8>, zone: UInt32, apexLabels: Int) {
        guard read(name), scratch.labelCount > apexLabels else { return }
        _ = insert(label: 1, zone: zone, apexLabels: apexLabels)
    }

    /// The node of `name`; `nil` when there is none.
    mutating func find(_ name: ArraySlice<UInt8>) -> UInt32? {
        guard read(name) else { return nil }
        return find(label: 0)
    }

    /// The closest encloser of `name` inside `zone`: its longest ancestor that exists (RFC 4592 section 3.3.1).
    mutating func closestEncloser(of name: ArraySlice<UInt8>, zone: UInt32) -> UInt32? {
        guard read(name) else { return nil }
        for label in 0...scratch.labelCount {
            if let index = find(label: label) { return nodes[Int(index)].zone == zone ? index : nil }
        }
        return nil
    }

    /// Keeps octets beside the names; returns where they start.
    mutating func keep(_ octets: ArraySlice<UInt8>) -> UInt32 {
        names.append(contentsOf: octets)
        return UInt32(names.count - octets.count)
    }

    /// The wire form of a node's name.
    func name(of index: UInt32) -> ArraySlice<UInt8> {
        let node = nodes[Int(index)]
        return names.slice(Int(node.nameOffset)..<(Int(node.nameOffset) + Int(node.nameLength)))
    }

    /// The index in the form that queries read; this one is empty afterwards.
    mutating func freeze() -> NameIndex {
        NameIndex(
            hash: hash,
            slots: slots.freeze(),
            nodes: nodes.freeze(),
            branches: branches.freeze(),
            names: names.freeze()
        )
    }

    /// Octets of all names.
    var nameOctets: Int { names.count }

    // MARK: - Branches

    /// What a node has beyond its answers.
    func branch(of node: UInt32) -> Branch {
        let index = nodes[Int(node)].branch
        return index == Node.none ? Branch() : branches[Int(index)]
    }

    /// Gives a node a branch of its own.
    private mutating func setBranch(of node: UInt32, _ branch: Branch) {
        nodes[Int(node)].branch = UInt32(branches.count)
        branches.append(branch)
    }

    /// Gives a node the zone cut and the DNAME of the node one label up, which must have its own by now.
    mutating func inheritBranch(_ node: UInt32) {
        let parent = nodes[Int(node)].parent
        guard parent != Node.none else { return }
        let above = branch(of: parent)
        guard above.cut != Node.none || above.dname != Node.none else { return }
        let wildcard = branch(of: node).wildcard
        if wildcard == Node.none, above.wildcard == Node.none {
            nodes[Int(node)].branch = nodes[Int(parent)].branch
        } else {
            setBranch(of: node, Branch(wildcard: wildcard, cut: above.cut, dname: above.dname))
        }
    }

    /// Makes a node a zone cut.
    mutating func setCut(_ node: UInt32) {
        var branch = branch(of: node)
        branch.cut = node
        setBranch(of: node, branch)
    }

    /// Gives a node a DNAME of the zone data's list.
    mutating func setDNAME(_ node: UInt32, _ dname: UInt32) {
        var branch = branch(of: node)
        branch.dname = dname
        setBranch(of: node, branch)
    }

    // MARK: - Taking over

    /// Adds a run of nodes of another index with the same hash key, without their places in the table.
    ///
    /// - Parameters:
    ///   - run: the nodes.
    ///   - nameRange: their names.
    ///   - relocate: moves what a node refers to outside the index.
    mutating func adopt(
        _ other: NameIndex,
        nodes run: Range<Int>,
        names nameRange: Range<Int>,
        relocate: (inout Node) -> Void
    ) {
        let nodeShift = UInt32(truncatingIfNeeded: nodes.count &- run.lowerBound)
        let nameShift = UInt32(truncatingIfNeeded: names.count &- nameRange.lowerBound)
        names.append(contentsOf: other.names, nameRange)
        // Neighbours often share a branch.
        var last = (old: Node.none, new: Node.none)
        for index in run {
            var node = other.nodes[index]
            node.nameOffset &+= nameShift
            if node.parent != Node.none { node.parent &+= nodeShift }
            if node.branch != Node.none {
                if node.branch != last.old {
                    var branch = other.branches[node.branch]
                    precondition(branch.dname == Node.none, "a zone with DNAMEs is compiled anew")
                    if branch.wildcard != Node.none { branch.wildcard &+= nodeShift }
                    if branch.cut != Node.none { branch.cut &+= nodeShift }
                    last = (node.branch, UInt32(branches.count))
                    branches.append(branch)
                }
                node.branch = last.new
            }
            relocate(&node)
            nodes.append(node)
        }
    }

    /// Enters the names of another index with the same hash key into the table.
    ///
    /// - Parameter newNode: the node that a node of `other` has become; `nil` when it was not taken over.
    mutating func adoptPlaces(of other: NameIndex, _ newNode: (UInt32) -> UInt32?) {
        for index in 0..<other.slots.count {
            let slot = other.slots[index]
            guard slot.node != Node.none, let node = newNode(slot.node) else { continue }
            place(NameIndex.Slot(hash: slot.hash, node: node))
        }
    }

    // MARK: - One name

    /// Puts a name and the hashes of its suffixes into the scratch space.
    private mutating func read(_ name: ArraySlice<UInt8>) -> Bool {
        guard scratch.read(name.span, at: 0) == name.count else { return false }
        suffixHashes.fill(hash, scratch)
        return true
    }

    private func find(label: Int) -> UInt32? {
        let low = UInt32(truncatingIfNeeded: suffixHashes[label])
        let start = scratch.suffix(fromLabel: label)
        var place = Int(low) & (slots.count - 1)
        while slots[place].node != Node.none {
            let slot = slots[place]
            if slot.hash == low {
                let node = nodes[Int(slot.node)]
                if Int(node.nameLength) == scratch.length - start, matches(Int(node.nameOffset), from: start) {
                    return slot.node
                }
            }
            place = (place + 1) & (slots.count - 1)
        }
        return nil
    }

    private func matches(_ nameOffset: Int, from start: Int) -> Bool {
        for step in 0..<(scratch.length - start) where names[nameOffset + step] != scratch[start + step] {
            return false
        }
        return true
    }

    private mutating func insert(label: Int, zone: UInt32, apexLabels: Int) -> UInt32 {
        if let index = find(label: label) { return index }
        let start = scratch.suffix(fromLabel: label)
        let isApex = scratch.labelCount - label == apexLabels
        let parent = isApex ? Node.none : insert(label: label + 1, zone: zone, apexLabels: apexLabels)
        // Below the apex of a served child nothing is the parent's to make.
        if parent != Node.none, nodes[Int(parent)].zone != zone { return parent }
        var node = Node(
            nameOffset: UInt32(names.count),
            nameLength: UInt8(scratch.length - start),
            zone: zone
        )
        node.parent = parent
        node.isApex = isApex
        for step in start..<scratch.length { names.append(scratch[step]) }
        let index = UInt32(nodes.count)
        nodes.append(node)
        if !isApex, scratch[start] == 1, scratch[start + 1] == UInt8(ascii: "*") {
            var branch = branch(of: parent)
            branch.wildcard = index
            setBranch(of: parent, branch)
        }
        if nodes.count * 2 > slots.count { grow() }
        place(NameIndex.Slot(hash: UInt32(truncatingIfNeeded: suffixHashes[label]), node: index))
        return index
    }

    private mutating func place(_ slot: NameIndex.Slot) {
        var place = Int(slot.hash) & (slots.count - 1)
        while slots[place].node != Node.none { place = (place + 1) & (slots.count - 1) }
        slots[place] = slot
    }

    private mutating func grow() {
        var old = FlatArrayBuilder(repeating: NameIndex.Slot(), count: slots.count * 2)
        swap(&old, &slots)
        for index in 0..<old.count where old[index].node != Node.none { place(old[index]) }
    }
}
