import DNSWire

// Zones that did not change are copied from what was compiled before: names, answers and places in the hash table move
// in one piece, and only what they say of each other's place is written anew.

extension ZoneCompiler {
    /// Neighbouring zones that are copied together.
    private struct Run {
        /// Their nodes in the old index.
        var nodes: Range<UInt32>
        /// What is added to the number of a node.
        var shift: UInt32
    }

    /// Takes over all zones of `old` but some.
    mutating func adopt(_ old: ZoneData, without dropped: Set<Int>) {
        let view = old.view
        var runs: [Run] = []
        // By old number, the new one.
        var numbers: [UInt32] = []
        numbers.reserveCapacity(view.zones.count)
        var first = 0
        for number in 0...view.zones.count where number == view.zones.count || dropped.contains(number) {
            let firstNew = UInt32(zones.count)
            for kept in first..<number { numbers.append(firstNew + UInt32(kept - first)) }
            numbers.append(Node.none)
            if first < number { runs.append(adopt(old, first..<number)) }
            first = number + 1
        }
        index.adoptPlaces(of: view.index) { node in
            let after = runs.partitioningIndex { $0.nodes.lowerBound > node }
            guard after > 0, runs[after - 1].nodes.contains(node) else { return nil }
            return node &+ runs[after - 1].shift
        }
        for signer in old.signers where numbers[Int(signer.zone)] != Node.none {
            let number = numbers[Int(signer.zone)]
            let shift = extents[Int(number)].template &- old.extents[signer.zone].template
            signers.append(DelegationSigner(zone: number, child: signer.child, template: signer.template &+ shift))
        }
    }

    /// Copies neighbouring zones.
    private mutating func adopt(_ old: ZoneData, _ run: Range<Int>) -> Run {
        let view = old.view
        let (start, end) = (old.extents[run.lowerBound], old.extents[run.upperBound])
        let new = ZoneExtent(
            node: UInt32(index.nodes.count),
            name: UInt32(index.nameOctets),
            entry: UInt32(entries.count),
            template: UInt32(templates.size),
            answers: UInt32(templates.count)
        )
        let nodeShift = new.node &- start.node
        let entryShift = new.entry &- start.entry
        let templateShift = new.template &- start.template
        let zoneShift = UInt32(zones.count) &- UInt32(run.lowerBound)
        for number in run {
            let (extent, zone) = (old.extents[number], view.zones[number])
            extents.append(
                ZoneExtent(
                    node: extent.node &+ nodeShift,
                    name: extent.name &- start.name &+ new.name,
                    entry: extent.entry &+ entryShift,
                    template: extent.template &+ templateShift,
                    answers: extent.answers &- start.answers &+ new.answers
                )
            )
            zones.append(
                ZoneEntry(
                    apex: zone.apex &+ nodeShift,
                    noData: zone.noData &+ templateShift,
                    nxDomain: zone.nxDomain &+ templateShift,
                    access: zone.access == Node.none ? Node.none : accessList(of: old.origin(ofZone: number)),
                    parentSide: Node.none
                )
            )
        }
        index.adopt(
            view.index,
            nodes: Int(start.node)..<Int(end.node),
            names: Int(start.name)..<Int(end.name)
        ) { node in
            node.zone &+= zoneShift
            node.firstEntry &+= entryShift
            node.first.target &+= templateShift
        }
        for number in Int(start.entry)..<Int(end.entry) {
            var entry = view.entries[number]
            precondition(entry.kind == .rendered, "a zone with steered names is compiled anew")
            entry.target &+= templateShift
            entries.append(entry)
        }
        templates.adopt(
            view.templates,
            Int(start.template)..<Int(end.template),
            templates: Int(end.answers - start.answers)
        )
        return Run(nodes: start.node..<end.node, shift: nodeShift)
    }
}

extension ZoneData {
    /// The number of the zone with an apex.
    func zone(at origin: DomainName) -> Int? {
        var name = QueryName()
        guard name.read(origin.wire.span, at: 0) == origin.wire.count else { return nil }
        let hashes = SuffixHashes()
        hashes.fill(view.index.hash, name)
        guard let node = view.index.find(hash: hashes[0], name, from: 0), view.index.nodes[node].isApex else {
            return nil
        }
        return Int(view.index.nodes[node].zone)
    }

    /// The apex of a zone.
    func origin(ofZone number: Int) -> DomainName {
        let node = view.index.nodes[view.zones[number].apex]
        let start = Int(node.nameOffset)
        return DomainName(validated: (start..<(start + Int(node.nameLength))).map { view.index.names[$0] })
    }
}

extension Array {
    /// The index of the first element for which `belongsInSecond` holds, where none comes after one for which it does.
    fileprivate func partitioningIndex(_ belongsInSecond: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = low + (high - low) / 2
            if belongsInSecond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
