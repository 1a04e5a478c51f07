import DNSWire

/// The rules of the DNS for one zone: apex, aliases, delegations, and the hosts that records name.
struct StructureCheck {
    let zone: Zone
    var findings: FindingCollector
    /// The indices of the names below the apex that have NS records.
    var cuts: Set<UInt32> = []
    /// The indices of the names that have a DNAME.
    var redirections: Set<UInt32> = []
    /// The indices of the names that NS records point to.
    private var nameServers: Set<UInt32> = []

    init(zone: Zone, findings: FindingCollector) {
        self.zone = zone
        self.findings = findings
    }

    /// Checks everything.
    mutating func run() {
        checkApex()
        for index in zone.names.indices { checkTypes(at: UInt32(truncatingIfNeeded: index)) }
        checkTargets()
        if !cuts.isEmpty || !redirections.isEmpty { checkOcclusion() }
    }

    /// Adds a finding at a record, unless it may be due to what could not be read.
    mutating func report(_ code: FindingCode, _ record: ZoneRecord, _ message: String, hint: String? = nil) {
        if zone.isPartial, Finding.isUncertain(code) { return }
        findings.add(code, record.finding(code, message, hint: hint))
    }

    // MARK: - Apex

    private mutating func checkApex() {
        let sets = zone.rrsets(of: .soa)
        for rrset in sets where rrset.node.owner != zone.origin {
            report(.soaNotAtApex, rrset.first, "the SOA record belongs at the zone's apex, \(zone.origin)")
        }
        let apex = sets.first { $0.node.owner == zone.origin }
        if let second = apex?.records.dropFirst().first(where: { _ in true }) {
            report(.severalSOAs, second, "the zone already has an SOA record")
        }
        if apex == nil, sets.isEmpty {
            reportMissing(.noSOA, "the zone \(zone.origin) has no SOA record", hint: "begin with @ SOA ...")
        }
        if zone.rrset(zone.origin, .ns) == nil {
            reportMissing(.noNS, "the zone \(zone.origin) has no NS record", hint: "name its servers with @ NS ...")
        }
    }

    /// Adds a finding about something that the whole file lacks.
    private mutating func reportMissing(_ code: FindingCode, _ message: String, hint: String) {
        if zone.isPartial { return }
        findings.add(code, Finding(code, message, hint: hint, at: zone.position(file: 0, offset: 0)))
    }

    // MARK: - Types at one name

    /// Checks which types a name has together, and notes what the other checks need.
    private mutating func checkTypes(at name: UInt32) {
        var alias: UInt32?
        var other: UInt32?
        var index = zone.names[Int(name)].firstRRset
        while index != Zone.none {
            let rrset = zone.rrsets[Int(index)]
            let isSingle = rrset.firstRecord == rrset.lastRecord
            switch rrset.type {
            case .cname:
                alias = index
                if !isSingle { reportSecond(.severalCNAMEs, index, "a name has at most one CNAME record") }
            case .dname:
                redirections.insert(name)
                other = other ?? index
                if !isSingle { reportSecond(.severalDNAMEs, index, "a name has at most one DNAME record") }
            case .ns:
                other = other ?? index
                noteDelegation(name, index)
            case .rrsig, .nsec, .key: break
            case .steer where alias != nil || other == nil: other = index
            default: other = other ?? index
            }
            index = rrset.next
        }
        guard let alias, let other else { return }
        let (first, second) = (ZoneRRset(zone: zone, index: alias), ZoneRRset(zone: zone, index: other))
        guard second.type != .steer else { return }
        let later = first.first.index > second.first.index ? first : second
        report(
            .cnameAndOtherData,
            later.first,
            "\(first.node.owner) has a CNAME record and \(second.type) records",
            hint: "an alias has no other records (RFC 1034 section 3.6.2)"
        )
    }

    private mutating func reportSecond(_ code: FindingCode, _ rrset: UInt32, _ message: String) {
        guard let second = ZoneRRset(zone: zone, index: rrset).records.dropFirst().first(where: { _ in true }) else {
            return
        }
        report(code, second, message)
    }

    private mutating func noteDelegation(_ name: UInt32, _ rrset: UInt32) {
        let set = ZoneRRset(zone: zone, index: rrset)
        for record in set.records {
            if let target = zone.find(record.rdata) { nameServers.insert(target) }
        }
        let owner = set.node.owner
        if owner != zone.origin { cuts.insert(name) }
        if owner.isWildcard {
            report(.wildcardNS, set.first, "NS records at a wildcard delegate nothing (RFC 4592 section 4.2)")
        }
    }

    // MARK: - Occlusion

    /// Reports records that a delegation or a DNAME above, or a delegation at the same name, takes out of the zone.
    private mutating func checkOcclusion() {
        for index in zone.names.indices {
            let name = UInt32(truncatingIfNeeded: index)
            let wire = zone.wire(at: Int(zone.names[index].octets))
            if let cut = topmost(of: cuts, above: wire, orAt: true) {
                let cutName = ZoneNode(zone: zone, index: cut).owner
                for rrset in ZoneNode(zone: zone, index: name).rrsets {
                    switch rrset.type {
                    case .a, .aaaa: if nameServers.contains(name) { continue }
                    case .ns, .ds, .nsec, .rrsig: if name == cut { continue }
                    default: break
                    }
                    report(
                        .occluded,
                        rrset.first,
                        "this \(rrset.type) record is never answered: the zone is cut at \(cutName)",
                        hint: "it belongs in the zone \(cutName)"
                    )
                }
            } else if let above = topmost(of: redirections, above: wire, orAt: false) {
                let owner = ZoneNode(zone: zone, index: above).owner
                for rrset in ZoneNode(zone: zone, index: name).rrsets {
                    report(
                        .belowDNAME,
                        rrset.first,
                        "never answered: the DNAME at \(owner) redirects all names below it"
                    )
                }
            }
        }
    }

    /// The member of `names` nearest to the apex that is above a name, or at it if `orAt`.
    func topmost(of names: Set<UInt32>, above wire: ArraySlice<UInt8>, orAt: Bool) -> UInt32? {
        guard !names.isEmpty else { return nil }
        var found: UInt32?
        var start = wire.startIndex
        if !orAt { start += 1 + Int(wire[start]) }
        while wire.endIndex - start >= zone.origin.wire.count {
            if let name = zone.find(wire[start...]), names.contains(name) { found = name }
            guard wire[start] != 0 else { break }
            start += 1 + Int(wire[start])
        }
        return found
    }
}
