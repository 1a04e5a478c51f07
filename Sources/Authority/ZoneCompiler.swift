package import Addressing
package import DNSWire
package import ZoneFile

/// Turns zones into ``ZoneData``: the name index and every answer rendered.
///
/// Names are indexed first, all zones together, then each zone is rendered. A name belongs to the zone with the longest
/// matching apex; what a parent zone says at or below the apex of a served child is left out, but for the DS RRset,
/// which belongs to the parent (RFC 4035 section 2.4).
///
/// The records of a zone are freed when its answers are rendered, and its names when they are indexed: of a large zone
/// little more is ever in memory than what is served in the end.
package struct ZoneCompiler: ~Copyable {
    var index: NameIndexBuilder
    var templates = TemplateBuilder()
    var entries = FlatArrayBuilder<Entry>()
    var zones: [ZoneEntry] = []
    var extents: [ZoneExtent] = []
    var signers: [DelegationSigner] = []
    var dnames: [DNAMERecord] = []
    var slots: [SteerSlot] = []
    var writer = TemplateWriter()
    /// The steering rule of each steered name.
    let rules: [DomainName: Int]
    private let access: [DomainName: [IPPrefix]]
    private(set) var accessLists: [[IPPrefix]] = []

    /// Compiles `zones`, which are left empty.
    ///
    /// - Parameters:
    ///   - zones: checked zones, each apex once.
    ///   - old: what was compiled before. Its zones are taken over as they are, but for those that `zones` has too, and
    ///     `removed`. A zone with steered names or DNAMEs must be one of these, and so must one that is cut at the apex
    ///     of another that comes or goes.
    ///   - removed: the zones of `old` that are not served any more.
    ///   - rules: the index of the steering rule for each name that has a STEER record.
    ///   - access: who may ask, for the zones that are not for everyone; children of a zone are not included.
    /// - Throws: ``ZoneCompileError``
    package static func compile(
        _ zones: inout [PackedZone],
        over old: ZoneData? = nil,
        without removed: [DomainName] = [],
        rules: [DomainName: Int],
        access: [DomainName: [IPPrefix]] = [:]
    ) throws(ZoneCompileError) -> ZoneData {
        var generator = SystemRandomNumberGenerator()
        let dropped = Set((removed + zones.map(\.origin)).compactMap { old?.zone(at: $0) })
        let kept = old.map { old in
            dropped.reduce(old.view.index.nodes.count) { $0 - Int(old.extents[$1 + 1].node - old.extents[$1].node) }
        }
        let capacity = zones.reduce(kept ?? 0) { $0 + $1.nameCount }
        let hash = old?.view.index.hash ?? NameHash(using: &generator)
        let index = NameIndexBuilder(capacity: capacity, hash: hash)
        var compiler = ZoneCompiler(index: index, rules: rules, access: access)
        if let old { compiler.adopt(old, without: dropped) }
        try compiler.run(&zones)
        return ZoneData(&compiler)
    }

    /// Compiles zones that stay as they are.
    package static func compile(
        _ zones: [Zone],
        rules: [DomainName: Int],
        access: [DomainName: [IPPrefix]] = [:]
    ) throws(ZoneCompileError) -> ZoneData {
        var packed = zones.map { PackedZone($0) }
        return try compile(&packed, rules: rules, access: access)
    }

    private init(index: consuming NameIndexBuilder, rules: [DomainName: Int], access: [DomainName: [IPPrefix]]) {
        self.index = index
        self.rules = rules
        self.access = access
    }

    private mutating func run(_ zones: inout [PackedZone]) throws(ZoneCompileError) {
        // Children before parents, so that a name is made by the zone it belongs to; the last is taken first.
        zones.sort { $0.origin.labelCount < $1.origin.labelCount }
        let firstZone = self.zones.count
        var indexed: [IndexedZone?] = []
        while let zone = zones.popLast() { indexed.append(try enter(zone)) }
        let end = ZoneExtent(node: UInt32(index.nodes.count), name: UInt32(index.nameOctets))
        extents.append(end)
        for position in indexed.indices {
            let number = firstZone + position
            guard let zone = indexed[position] else { continue }
            indexed[position] = nil
            extents[number].entry = UInt32(entries.count)
            extents[number].template = UInt32(templates.size)
            extents[number].answers = UInt32(templates.count)
            try render(zone, number: number, nodes: extents[number].node..<extents[number + 1].node)
        }
        let last = extents.count - 1
        extents[last].entry = UInt32(entries.count)
        extents[last].template = UInt32(templates.size)
        extents[last].answers = UInt32(templates.count)
        linkZones()
    }

    /// A zone whose names are in the index.
    private struct IndexedZone {
        var records: ZoneRecords
        /// The apexes of served children that the zone has records for, and the places of these.
        var children: [(apex: [UInt8], place: UInt32)] = []
    }

    /// Enters the names of a zone into the index.
    private mutating func enter(_ zone: consuming PackedZone) throws(ZoneCompileError) -> IndexedZone {
        let number = UInt32(zones.count)
        let firstNode = UInt32(index.nodes.count)
        let apexLabels = zone.origin.labelCount
        extents.append(ZoneExtent(node: firstNode, name: UInt32(index.nameOctets)))
        guard index.insert(zone.origin.wire[...], zone: number, apexLabels: apexLabels) == firstNode else {
            throw ZoneCompileError(owner: zone.origin, kind: .duplicateZone)
        }
        var places: [UInt32] = []
        places.reserveCapacity(zone.nameCount)
        var children: [(apex: [UInt8], place: UInt32)] = []
        zone.forEachName { owner, place in
            guard let node = index.insert(owner, zone: number, apexLabels: apexLabels) else { return }
            if index.nodes[Int(node)].zone == number {
                let position = Int(node - firstNode)
                while places.count <= position { places.append(Node.none) }
                places[position] = place
            } else if index.nodes[Int(node)].isApex, Int(index.nodes[Int(node)].nameLength) == owner.count {
                index.insertAncestors(of: owner, zone: number, apexLabels: apexLabels)
                children.append((Array(index.name(of: node)), place))
            }
        }
        zones.append(
            ZoneEntry(
                apex: firstNode,
                noData: 0,
                nxDomain: 0,
                access: accessList(of: zone.origin),
                parentSide: Node.none
            )
        )
        let records = ZoneRecords(zone: zone, places: places, firstNode: firstNode)
        return IndexedZone(records: records, children: children)
    }

    /// The number of a zone's access list; ``Node/none`` for a zone that is for everyone.
    mutating func accessList(of origin: DomainName) -> UInt32 {
        guard !access.isEmpty, let allowed = access[origin] else { return Node.none }
        accessLists.append(allowed)
        return UInt32(accessLists.count - 1)
    }

    /// Finds for each zone what the served zone around it says when the DS RRset of its apex is asked for: the RRset,
    /// that there is none, or a referral when yet another zone, not served, lies between.
    private mutating func linkZones() {
        for number in zones.indices {
            guard let parent = encloser(ofZone: number) else { continue }
            let node = index.nodes[Int(parent)]
            let cut = index.branch(of: parent).cut
            zones[number].parentSide =
                cut == Node.none ? zones[Int(node.zone)].noData : index.nodes[Int(cut)].first.target
        }
        for signer in signers {
            guard let apex = index.find(signer.child[...]), index.nodes[Int(apex)].isApex else { continue }
            let number = Int(index.nodes[Int(apex)].zone)
            guard let parent = encloser(ofZone: number), index.nodes[Int(parent)].zone == signer.zone,
                index.branch(of: parent).cut == Node.none
            else { continue }
            zones[number].parentSide = signer.template
        }
    }

    /// The closest encloser of a zone's apex in the served zone around it.
    private mutating func encloser(ofZone number: Int) -> UInt32? {
        var name = index.name(of: zones[number].apex)
        while let length = name.first, length > 0 {
            name = name.dropFirst(1 + Int(length))
            if let node = index.find(name) { return node }
        }
        return nil
    }

    // MARK: - One zone

    private mutating func render(
        _ zone: IndexedZone,
        number: Int,
        nodes: Range<UInt32>
    ) throws(ZoneCompileError) {
        let records = zone.records
        let soa = try startOfAuthority(records, apex: nodes.lowerBound)
        zones[number].noData = try negative(soa, rcode: .noError)
        zones[number].nxDomain = try negative(soa, rcode: .nxDomain)
        markBranches(records, nodes: nodes)
        for node in nodes {
            let first = entries.count
            try renderNode(node, records, soa: soa)
            index.nodes[Int(node)].firstEntry = UInt32(first)
            if entries.count > first { index.nodes[Int(node)].first = entries[first] }
            index.nodes[Int(node)].entryCount = UInt16(entries.count - first)
            // One entry stands in the node alone.
            if entries.count - first == 1 { entries.removeLast() }
        }
        for child in zone.children {
            writer.begin(question: child.apex[...])
            records.forEachRRset(atPlace: child.place) { type, ttl, rrset in
                guard type == .ds else { return }
                records.forEachRecord(of: rrset) {
                    writer.append(.queryName, type: .ds, ttl: ttl, rdata: $0, in: .answer)
                }
            }
            guard writer.template.answerCount > 0 else { continue }
            let template = try add(.ds, of: child.apex[...])
            signers.append(DelegationSigner(zone: UInt32(number), child: child.apex, template: template))
        }
    }

    /// Notes for each node the zone cut at or above it and the DNAME at or above it.
    ///
    /// A parent's index is always less than its children's, so one pass upwards is enough.
    private mutating func markBranches(_ records: ZoneRecords, nodes: Range<UInt32>) {
        for node in nodes {
            index.inheritBranch(node)
            let branch = index.branch(of: node)
            guard branch.cut == Node.none else { continue }
            if !index.nodes[Int(node)].isApex, records.has(.ns, at: node) {
                index.setCut(node)
                continue
            }
            guard branch.dname == Node.none else { continue }
            records.forEach(.dname, at: node) { ttl, rdata in
                dnames.append(
                    DNAMERecord(
                        template: 0,
                        ttl: ttl,
                        targetOffset: index.keep(rdata),
                        targetLength: UInt8(truncatingIfNeeded: rdata.count),
                        zone: index.nodes[Int(node)].zone
                    )
                )
                index.setDNAME(node, UInt32(dnames.count - 1))
            }
        }
    }

    /// The SOA record of a zone.
    private func startOfAuthority(_ records: ZoneRecords, apex: UInt32) throws(ZoneCompileError) -> StartOfAuthority {
        var soa: StartOfAuthority?
        records.forEach(.soa, at: apex) { ttl, rdata in
            let minimum = rdata.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            soa = StartOfAuthority(owner: Array(index.name(of: apex)), ttl: min(ttl, minimum), rdata: Array(rdata))
        }
        guard let soa else { throw ZoneCompileError(owner: records.origin, kind: .noStartOfAuthority) }
        return soa
    }

    /// Renders a negative answer for any name in a zone.
    private mutating func negative(_ soa: StartOfAuthority, rcode: RCode) throws(ZoneCompileError) -> UInt32 {
        writer.begin(question: soa.owner[...], isShifting: true)
        writer.append(soa: soa)
        writer.template.rcode = UInt8(truncatingIfNeeded: rcode.rawValue)
        return try add(.soa, of: soa.owner[...])
    }

    /// Adds what the writer holds as the entry of a type.
    mutating func addEntry(_ type: RRType, at node: UInt32, isControl: Bool = false) throws(ZoneCompileError) {
        let template = try add(type, of: index.name(of: node))
        entries.append(Entry(type: type, kind: .rendered, isControl: isControl, target: template))
    }

    /// Adds what the writer holds.
    mutating func add(_ type: RRType, of owner: ArraySlice<UInt8>) throws(ZoneCompileError) -> UInt32 {
        guard let template = templates.add(writer) else {
            throw ZoneCompileError(owner: DomainName(validated: Array(owner)), kind: .answerTooLong(type))
        }
        return template
    }
}

extension TemplateWriter {
    /// Appends a zone's SOA to the authority section, as negative answers have it.
    mutating func append(soa: StartOfAuthority) {
        append(.name(soa.owner[...]), type: .soa, ttl: soa.ttl, rdata: soa.rdata[...], in: .authority)
    }
}

/// Why zones cannot be compiled.
package struct ZoneCompileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of fault.
    package enum Kind: Hashable, Sendable {
        /// Two zones have the same apex.
        case duplicateZone
        /// A zone has no SOA record at its apex.
        case noStartOfAuthority
        /// An RRset whose answer would pass 65535 octets.
        case answerTooLong(RRType)
    }

    /// The owner name.
    package var owner: DomainName
    package var kind: Kind

    package var description: String {
        switch kind {
        case .duplicateZone: "zone \(owner) is given twice"
        case .noStartOfAuthority: "zone \(owner) has no SOA record at its apex"
        case .answerTooLong(let type): "the \(type) RRset of \(owner) does not fit a DNS message of 65535 octets"
        }
    }
}
