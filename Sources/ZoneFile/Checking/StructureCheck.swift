import DNSWire

/// The rules of the DNS for one zone: apex, aliases, delegations, and the hosts that records name.
struct StructureCheck {
    let zone: Zone
    var findings: FindingCollector
    /// The indices of the names below the apex that have NS records.
    var cuts: Set<UInt32> = []
    /// The indices of the names that have a DNAME.
    var redirections: Set<UInt32> = []
    /// The indices of the names that records point to as hosts.
    var hosts: Set<UInt32> = []

    init(zone: Zone, findings: FindingCollector) {
        self.zone = zone
        self.findings = findings
    }

    /// Checks everything.
    mutating func run() {
        checkApex()
        for index in zone.names.indices { checkTypes(at: UInt32(truncatingIfNeeded: index)) }
        checkTargets()
        checkAliasLoops()
        checkMisplaced()
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
        checkAsterisks(in: name)
        var alias: UInt32?
        var other: UInt32?
        var index = zone.names[Int(name)].firstRRset
        while index != Zone.none {
            let rrset = zone.rrsets[Int(index)]
            // Most are addresses, and a switch over types is slow.
            if rrset.type == .a || rrset.type == .aaaa {
                other = other ?? index
                index = rrset.next
                continue
            }
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

    /// Reports a name with an asterisk label that is not the first, which is no wildcard but a name like others.
    private mutating func checkAsterisks(in name: UInt32) {
        let wire = zone.wire(at: Int(zone.names[Int(name)].octets))
        var index = wire.startIndex
        while wire[index] != 0 {
            index += 1 + Int(wire[index])
            // Labels of the zone's own name are not this record's fault.
            guard wire.endIndex - index > zone.origin.wire.count else { return }
            guard wire[index] == 1, wire[index + 1] == UInt8(ascii: "*") else { continue }
            let node = ZoneNode(zone: zone, index: name)
            guard let first = node.rrsets.first(where: { _ in true })?.first else { return }
            let covered = DomainName(validated: Array(wire[(index + 2)...]))
            report(
                .innerWildcard,
                first,
                node.owner.isWildcard
                    ? "\(node.owner) matches only names below the name that begins with a real '*'"
                    : "the '*' in \(node.owner) stands for itself, not for any label",
                hint: "'*' is a wildcard only as the first label (RFC 4592 section 2.1.1); "
                    + "this name also makes *.\(covered) exist, which answers for names below \(covered)"
            )
            return
        }
    }

    private mutating func noteDelegation(_ name: UInt32, _ rrset: UInt32) {
        let set = ZoneRRset(zone: zone, index: rrset)
        for record in set.records {
            if let target = zone.find(record.rdata) { hosts.insert(target) }
        }
        let owner = set.node.owner
        if owner != zone.origin { cuts.insert(name) }
        if owner.isWildcard {
            report(.wildcardNS, set.first, "NS records at a wildcard delegate nothing (RFC 4592 section 4.2)")
        }
    }

    // MARK: - Names above

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
