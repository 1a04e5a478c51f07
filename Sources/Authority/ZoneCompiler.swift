package import Addressing
package import DNSWire
package import ZoneFile

/// Turns zones into ``ZoneData``: the name index and every answer rendered.
///
/// Names are indexed first, all zones together, then each zone is rendered. A name belongs to the zone with the longest
/// matching apex; what a parent zone says at or below the apex of a served child is left out, but for the DS RRset,
/// which belongs to the parent (RFC 4035 section 2.4).
package struct ZoneCompiler: ~Copyable {
    var index: NameIndexBuilder
    var templates = TemplateBuilder()
    var entries = FlatArrayBuilder<Entry>()
    var zones: [ZoneEntry] = []
    var dnames: [DNAMERecord] = []
    var slots: [SteerSlot] = []
    var writer = TemplateWriter()
    /// The steering rule of each steered name.
    let rules: [DomainName: Int]
    private let access: [DomainName: [IPPrefix]]
    private(set) var accessLists: [[IPPrefix]] = []

    /// Compiles `zones`.
    ///
    /// - Parameters:
    ///   - zones: checked zones, each apex once.
    ///   - rules: the index of the steering rule for each name that has a STEER record.
    ///   - access: who may ask, for the zones that are not for everyone; children of a zone are not included.
    /// - Throws: ``ZoneCompileError``
    package static func compile(
        _ zones: [Zone],
        rules: [DomainName: Int],
        access: [DomainName: [IPPrefix]] = [:]
    ) throws(ZoneCompileError) -> ZoneData {
        var generator = SystemRandomNumberGenerator()
        let capacity = zones.reduce(0) { $0 + $1.nameCount }
        let index = NameIndexBuilder(capacity: capacity, using: &generator)
        var compiler = ZoneCompiler(index: index, rules: rules, access: access)
        try compiler.run(zones)
        return ZoneData(&compiler)
    }

    private init(index: consuming NameIndexBuilder, rules: [DomainName: Int], access: [DomainName: [IPPrefix]]) {
        self.index = index
        self.rules = rules
        self.access = access
    }

    private mutating func run(_ zones: [Zone]) throws(ZoneCompileError) {
        // Children before parents, so that a name is made by the zone it belongs to.
        let zones = zones.sorted { $0.origin.labelCount > $1.origin.labelCount }
        var groups: [ZoneRecords] = []
        // DS records that a parent zone has at the apex of a served child.
        var signers: [UInt32: ZoneRRset] = [:]
        for (number, zone) in zones.enumerated() {
            let firstNode = UInt32(index.nodes.count)
            let apexLabels = zone.origin.labelCount
            guard index.insert(zone.origin.wire[...], zone: UInt32(number), apexLabels: apexLabels) == firstNode
            else { throw ZoneCompileError(owner: zone.origin, kind: .duplicateZone) }
            var owners = [UInt32](repeating: Node.none, count: zone.nameCount)
            for name in 0..<zone.nameCount {
                let owner = zone.ownerWire(ofName: name)
                guard let node = index.insert(owner, zone: UInt32(number), apexLabels: apexLabels) else { continue }
                if index.nodes[Int(node)].zone == UInt32(number) {
                    owners[name] = node
                } else if index.nodes[Int(node)].isApex, Int(index.nodes[Int(node)].nameLength) == owner.count {
                    index.insertAncestors(of: owner, zone: UInt32(number), apexLabels: apexLabels)
                    signers[node] = zone.rrset(DomainName(validated: Array(owner)), .ds)
                }
            }
            let nodes = firstNode..<UInt32(index.nodes.count)
            groups.append(ZoneRecords(zone: zone, owners: owners, nodes: nodes))
            var list = Node.none
            if let allowed = access[zone.origin] {
                list = UInt32(accessLists.count)
                accessLists.append(allowed)
            }
            self.zones.append(ZoneEntry(apex: firstNode, noData: 0, nxDomain: 0, access: list, parentDenial: Node.none))
        }
        var firstNode: UInt32 = 0
        for (number, records) in groups.enumerated() {
            let end = number + 1 < groups.count ? self.zones[number + 1].apex : UInt32(index.nodes.count)
            try render(records, number: number, nodes: firstNode..<end, signers: signers)
            firstNode = end
        }
        linkZones()
    }

    /// Finds for each zone what the served zone around it says when the DS RRset of its apex is asked for and is not
    /// there: that there is none, or a referral when yet another zone, not served, lies between.
    private mutating func linkZones() {
        for number in zones.indices {
            var name = Array(index.name(of: zones[number].apex))
            while name.count > 1 {
                name.removeFirst(1 + Int(name[0]))
                if let node = index.find(name[...]) {
                    let encloser = index.nodes[Int(node)]
                    zones[number].parentDenial =
                        encloser.cut == Node.none
                        ? zones[Int(encloser.zone)].noData
                        : index.nodes[Int(encloser.cut)].first.target
                    break
                }
            }
        }
    }

    // MARK: - One zone

    private mutating func render(
        _ records: ZoneRecords,
        number: Int,
        nodes: Range<UInt32>,
        signers: [UInt32: ZoneRRset]
    ) throws(ZoneCompileError) {
        let soa = try startOfAuthority(records, apex: nodes.lowerBound)
        zones[number].noData = try negative(soa, rcode: .noError)
        zones[number].nxDomain = try negative(soa, rcode: .nxDomain)
        markCuts(records, nodes: nodes)
        for node in nodes {
            let first = entries.count
            try renderNode(node, records, soa: soa)
            if let signer = signers[node], index.nodes[Int(node)].isApex {
                writer.begin(question: index.name(of: node))
                for record in signer.records {
                    writer.append(.queryName, type: .ds, ttl: signer.ttl, rdata: record.rdata, in: .answer)
                }
                try addEntry(.ds, at: node)
            }
            index.nodes[Int(node)].firstEntry = UInt32(first)
            if entries.count > first { index.nodes[Int(node)].first = entries[first] }
            index.nodes[Int(node)].entryCount = UInt16(entries.count - first)
            // One entry stands in the node alone.
            if entries.count - first == 1 { entries.removeLast() }
        }
    }

    /// Notes for each node the zone cut at or above it and the DNAME at or above it.
    ///
    /// A parent's index is always less than its children's, so one pass upwards is enough.
    private mutating func markCuts(_ records: ZoneRecords, nodes: Range<UInt32>) {
        for node in nodes {
            let parent = index.nodes[Int(node)].parent
            if parent != Node.none {
                index.nodes[Int(node)].cut = index.nodes[Int(parent)].cut
                index.nodes[Int(node)].dname = index.nodes[Int(parent)].dname
            }
            if index.nodes[Int(node)].cut == Node.none, !index.nodes[Int(node)].isApex, records.has(.ns, at: node) {
                index.nodes[Int(node)].cut = node
            }
            guard index.nodes[Int(node)].cut == Node.none, index.nodes[Int(node)].dname == Node.none else { continue }
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
                index.nodes[Int(node)].dname = UInt32(dnames.count - 1)
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
        guard let soa else { throw ZoneCompileError(owner: records.zone.origin, kind: .noStartOfAuthority) }
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
