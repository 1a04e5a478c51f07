import DNSWire
import Geography

/// The rules of the control records REGION, STEER and POOL, over all zones that are served together.
struct ControlCheck {
    /// A region that some zone has.
    struct Region {
        var record: RegionRecord
        var node: ZoneNode
    }

    /// A port at the proxies of a region that is a pool's alone.
    private struct PoolPort: Hashable {
        var region: DomainName
        var isForDatagrams: Bool
        var port: UInt16
    }

    let zones: [Zone]
    /// What was found, for each zone.
    var findings: [FindingCollector]
    /// The regions of all zones.
    private(set) var regions: [DomainName: Region] = [:]
    /// The pools that have ports.
    private var pools: [PoolPort: DomainName] = [:]
    /// The addresses of the servers of pools.
    private let hosts: HostAddresses
    /// Whether some zone could not be read whole.
    private let isPartial: Bool

    /// - Parameters:
    ///   - zones: all the zones that have control records.
    ///   - findings: what was found in each of them before.
    ///   - hosts: the addresses of the servers that pools name.
    ///   - isPartial: whether some other zone could not be read whole.
    init(zones: [Zone], findings: [FindingCollector], hosts: HostAddresses, isPartial: Bool) {
        self.zones = zones
        self.findings = findings
        self.hosts = hosts
        self.isPartial = isPartial || zones.contains { $0.isPartial }
    }

    /// Checks everything.
    mutating func run() {
        for zone in zones.indices {
            for rrset in zones[zone].rrsets(of: .region) { checkRegion(rrset, zone) }
        }
        let steers = zones.flatMap { zone in
            zone.rrsets(of: .steer).compactMap { try? SteerRecord(name: $0.node.owner, rdata: $0.first.rdata) }
        }
        let graph = SteerGraph(steers, regions: regions)
        for zone in zones.indices {
            for rrset in zones[zone].rrsets(of: .steer) { checkSteer(rrset, graph, zone) }
            for rrset in zones[zone].rrsets(of: .pool) { checkPool(rrset, zone) }
        }
    }

    /// Adds a finding at a record or one of its fields, unless it may be due to what could not be read.
    mutating func report(
        _ code: FindingCode,
        _ record: ZoneRecord,
        _ zone: Int,
        field: Int? = nil,
        _ message: String,
        hint: String? = nil
    ) {
        if isPartial, Finding.isUncertain(code) { return }
        findings[zone].add(code, record.finding(code, message, hint: hint, field: field))
    }

    /// Reports what was wrong with the fields of a record.
    ///
    /// - Returns: whether nothing was.
    mutating func report(_ fields: ControlFields, _ record: ZoneRecord, _ zone: Int) -> Bool {
        for error in fields.errors {
            let message = "\(record.type): \(error)"
            report(error.code, record, zone, field: error.field, message, hint: error.hint)
        }
        return fields.errors.isEmpty
    }

    /// Reports a second record of a type that a name has once.
    mutating func reportRepeated(_ rrset: ZoneRRset, _ zone: Int) {
        for record in rrset.records.dropFirst() {
            report(.repeatedControlRecord, record, zone, "\(rrset.node.owner) already has a \(rrset.type) record")
        }
    }

    // MARK: - Regions

    private mutating func checkRegion(_ rrset: ZoneRRset, _ zone: Int) {
        reportRepeated(rrset, zone)
        let node = rrset.node
        var fields = ControlFields(rdata: rrset.first.rdata)
        let record = RegionRecord(name: node.owner, fields: &fields)
        regions[node.owner] = Region(record: record, node: node)
        guard report(fields, rrset.first, zone) else { return }
        let addresses = node.rrsets.filter { $0.type == .a || $0.type == .aaaa }
        if addresses.isEmpty {
            report(
                .regionWithoutAddress,
                rrset.first,
                zone,
                "the region has no A or AAAA record",
                hint: "the addresses at a region's name are those of its proxies"
            )
        }
        checkOptions(record, fields, node.addresses.count, rrset.first, zone)
        guard record.check != .none else { return }
        for addresses in addresses where Duration.seconds(addresses.ttl) < record.schedule.interval {
            report(
                .ttlBelowInterval,
                addresses.first,
                zone,
                "TTL \(addresses.ttl) is shorter than the region's check interval, \(record.schedule.interval)"
            )
        }
    }

    /// Checks that the options of a region fit together.
    private mutating func checkOptions(
        _ region: RegionRecord,
        _ fields: ControlFields,
        _ addressCount: Int,
        _ record: ZoneRecord,
        _ zone: Int
    ) {
        let field = { (key: String) in fields.fields.first { $0.key == key }?.index }
        if region.bias != 0, region.location == nil {
            report(
                .optionWithoutEffect,
                record,
                zone,
                field: field("bias"),
                "'bias' changes distances, and the place of the region is not known",
                hint: "say where it is: at=LATITUDE,LONGITUDE"
            )
        }
        guard let minimum = region.minimumHealthy else { return }
        if case .count(let count) = minimum, addressCount > 0, count > addressCount {
            report(
                .tooFewAddresses,
                record,
                zone,
                field: field("min-healthy"),
                "min-healthy is \(count), and the region has \(addressCount) \(addressCount == 1 ? "address" : "addresses")",
                hint: "it would never be healthy: give it more A or AAAA records, or a lower min-healthy"
            )
        } else if region.check == .none {
            report(
                .optionWithoutEffect,
                record,
                zone,
                field: field("min-healthy"),
                "'min-healthy' counts what checks find healthy, and the region has none",
                hint: "give it check=, such as check=tcp:443"
            )
        }
    }

    // MARK: - Pools

    private mutating func checkPool(_ rrset: ZoneRRset, _ zone: Int) {
        reportRepeated(rrset, zone)
        let node = rrset.node
        var fields = ControlFields(rdata: rrset.first.rdata)
        let record = PoolRecord(name: node.owner, fields: &fields)
        guard report(fields, rrset.first, zone) else { return }
        if let region = record.place?.region {
            if regions[region] == nil { reportUnknown(region, rrset.first, zone, field: nil) }
            checkPort(record.transport, region, rrset.first, zone)
        } else {
            report(
                .poolOwner,
                rrset.first,
                zone,
                "the owner of a POOL is _service._proto.REGION, such as _http._tcp.us-east"
            )
        }
        guard let servers = node.rrset(.srv) else {
            if record.discovery != nil { return }
            report(
                .emptyPool,
                rrset.first,
                zone,
                "the pool has no servers",
                hint: "give its name SRV records: PRIORITY WEIGHT PORT HOST, or discover=NAME@SERVER"
            )
            return
        }
        for server in servers.records { checkServer(server, zone) }
    }

    /// A port is listened at for one pool; the other would get nothing.
    private mutating func checkPort(
        _ transport: PoolTransport,
        _ region: DomainName,
        _ record: ZoneRecord,
        _ zone: Int
    ) {
        guard let port = transport.port else { return }
        let place = PoolPort(region: region, isForDatagrams: transport.mode == .udp, port: port)
        guard let other = pools[place] else {
            pools[place] = record.owner
            return
        }
        report(
            .repeatedPort,
            record,
            zone,
            "the pool \(other) listens at port \(port) of this region already",
            hint: "give one of them another port with listen="
        )
    }

    private mutating func checkServer(_ record: ZoneRecord, _ zone: Int) {
        guard let server = PoolServer(srv: record.rdata) else { return }
        if server.port == 0 {
            report(.unreachableServer, record, zone, field: 2, "port 0 cannot be reached")
        }
        if hosts[server.target].isEmpty {
            report(
                .unreachableServer,
                record,
                zone,
                field: 3,
                "the server \(server.target) has no address in the zones served here",
                hint: "add its A or AAAA record"
            )
        }
    }

    // MARK: - Names of regions

    /// Reports a name that should be a region's.
    ///
    /// - Parameter others: names besides those of regions that would do.
    mutating func reportUnknown(
        _ name: DomainName,
        or others: [DomainName] = [],
        _ record: ZoneRecord,
        _ zone: Int,
        field: Int?
    ) {
        let origin = zones[zone].origin
        // What is only counted needs no suggestion.
        let known = findings[zone].isFull ? [] : (regions.keys.sorted() + others).map { $0.relative(to: origin) }
        let hint =
            closestMatch(to: name.relative(to: origin), in: known).map { "did you mean '\($0)'?" }
            ?? (known.isEmpty
                ? "no zone has a REGION record" : "the regions are " + known.prefix(12).joined(separator: " "))
        report(
            .unknownRegion,
            record,
            zone,
            field: field,
            "no region is named \(name.relative(to: origin))",
            hint: hint
        )
    }
}
