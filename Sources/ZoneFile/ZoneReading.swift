import DNSWire

/// Reads and checks zone files one after another and keeps of each no more than is needed further: of a zone with
/// control records all until ``finish(hosts:)``, of others the packed records.
struct ZoneReading {
    /// A zone that was read.
    struct Entry {
        var file: Int
        var origin: DomainName
        var included: [KnownFile.Included]
        /// Whether it has control records or DNAMEs.
        var isReadAlways: Bool
    }

    /// The zones read, in the order of the calls.
    private(set) var entries: [Entry] = []
    /// The faults so far, without those of zones with control records.
    private(set) var findings: [Finding] = []
    /// The zones with control records.
    private(set) var steering: [Zone] = []
    private var structure: [FindingCollector] = []
    private var packed: [PackedZone] = []
    private var hasPartial = false
    private var fingerprints: [String: Int] = [:]

    /// Adds a fault that is not of one zone.
    mutating func report(_ finding: Finding) { findings.append(finding) }

    /// What an included file looks like; the first look counts, which is before it is read.
    mutating func fingerprint(ofIncluded path: String) -> Int {
        if let known = fingerprints[path] { return known }
        let fingerprint = FileFingerprint.of(path)
        fingerprints[path] = fingerprint
        return fingerprint
    }

    /// Reads and checks a file.
    ///
    /// - Parameter file: the number that its entry has.
    mutating func read(_ path: String, file: Int) {
        var seen = fingerprints
        var included: Set<String> = []
        var outcome = ZoneFileReader.read(path: path) { path in
            included.insert(path)
            if seen[path] == nil { seen[path] = FileFingerprint.of(path) }
        }
        fingerprints = seen
        findings += outcome.findings
        // Taken out, so that what is released of it is not kept there.
        guard var zone = outcome.take() else { return }
        let kinds = zone.kinds
        entries.append(
            Entry(
                file: file,
                origin: zone.origin,
                included: included.map { KnownFile.Included(path: $0, fingerprint: fingerprint(ofIncluded: $0)) },
                isReadAlways: kinds != []
            )
        )
        hasPartial = hasPartial || zone.isPartial
        let checked = ZoneChecker.checkStructure(zone)
        if kinds.contains(.steering) {
            steering.append(zone)
            structure.append(checked)
        } else {
            findings += checked.sorted(file: path)
            if !zone.isPartial { packed.append(PackedZone(releasing: &zone)) }
        }
    }

    /// Ends the reading.
    ///
    /// - Parameter hosts: the hosts that pools name.
    mutating func finish(hosts: Set<DomainName>) -> ZoneUpdate {
        var update = ZoneUpdate()
        let addresses = HostAddresses(hosts, in: steering, packed: packed)
        findings += ZoneChecker.check(steering, after: structure, hosts: addresses, isPartial: hasPartial)
        update.findings = findings
        update.hosts = hosts
        update.control = ControlRecords(zones: steering, hosts: addresses)
        update.zones = packed
        packed = []
        while var zone = steering.popLast() {
            if !zone.isPartial { update.zones.append(PackedZone(releasing: &zone)) }
        }
        return update
    }
}

extension Zone {
    /// What a zone has that matters to more than itself.
    struct Kinds: OptionSet {
        let rawValue: Int
        /// REGION, STEER or POOL records.
        static let steering = Kinds(rawValue: 1)
        /// DNAME records.
        static let redirection = Kinds(rawValue: 2)
    }

    /// What of it this one has.
    var kinds: Kinds {
        var kinds: Kinds = []
        for rrset in rrsets where rrset.type != .a && rrset.type != .aaaa {
            switch rrset.type {
            case .region, .steer, .pool: kinds.insert(.steering)
            case .dname: kinds.insert(.redirection)
            default: break
            }
        }
        return kinds
    }
}
