/// The compact form of a ``StateReport``: `TERN`, the version of the form, and sections.
///
///     section    type, 1 octet | length of what follows, 4 octets | contents
///     1 region   instance, 8 | name
///     2 load     requests a second (binary64), 8 | active requests, 4 | connections, 4 | limit of connections, 4
///     3 pool     healthy, 4 | total, 4 | 1 and the active priority, or 0 and 0, 1 + 2 | name
///     4 round trips   see `RoundTripReport+Wire.swift`; only where they were asked for
///
/// Numbers are in network order, names are UTF-8 to the end of their section. A section of another type is passed over,
/// and so are octets that follow the known ones of section 2: that is how the form grows. Another version is not read.
extension StateReport {
    /// Bounds on a report.
    package enum Limits {
        /// Octets in all: those of the round trips, and a mebibyte.
        package static let octets = 1 << 20 + RoundTripReport.Limits.octets
        /// Sections of any type.
        static let sections = 8192
        /// Pools.
        static let pools = 4096
        /// Octets of a name: a domain name as text with all its octets escaped.
        static let name = 1024
    }

    /// The version of the form.
    package static let version: UInt8 = 1

    private static let mark = Array("TERN".utf8)

    private enum Section: UInt8 {
        case region = 1
        case load = 2
        case pool = 3
        case roundTrips = 4
    }

    /// The compact form; pools beyond the limits are left out.
    package var octets: [UInt8] {
        var writer = OctetWriter()
        writer.append(Self.mark)
        writer.write(Self.version)
        Self.append(.region, to: &writer) { contents in
            contents.write(instance)
            contents.append(region.utf8.prefix(Limits.name))
        }
        Self.append(.load, to: &writer) { contents in
            contents.write(load.requestsPerSecond)
            contents.write(load.activeRequests)
            contents.write(load.activeConnections)
            contents.write(load.connectionLimit)
        }
        for pool in pools.prefix(Limits.pools) where pool.name.utf8.count <= Limits.name {
            Self.append(.pool, to: &writer) { contents in
                contents.write(pool.healthy)
                contents.write(pool.total)
                contents.write(UInt8(pool.activePriority == nil ? 0 : 1))
                contents.write(pool.activePriority ?? 0)
                contents.append(pool.name.utf8)
            }
        }
        if let roundTrips { Self.append(.roundTrips, to: &writer, roundTrips.write) }
        return writer.octets
    }

    private static func append(_ section: Section, to writer: inout OctetWriter, _ write: (inout OctetWriter) -> Void) {
        var contents = OctetWriter()
        write(&contents)
        writer.write(section.rawValue)
        writer.write(UInt32(clamping: contents.octets.count))
        writer.append(contents.octets)
    }

    /// Reads the compact form.
    package init(octets: [UInt8]) throws(WireError) {
        guard octets.count <= Limits.octets else { throw .tooLarge }
        var reader = OctetReader(octets[...])
        guard reader.read(count: Self.mark.count).map(Array.init) == Self.mark, let version = reader.read(UInt8.self)
        else { throw .notAReport }
        guard version == Self.version else { throw .version(version) }
        var region: (name: String, instance: UInt64)?
        var load: Load?
        var pools: [Pool] = []
        var roundTrips: RoundTripReport?
        var count = 0
        while reader.remaining > 0 {
            count += 1
            guard count <= Limits.sections else { throw .tooLarge }
            guard let type = reader.read(UInt8.self), let length = reader.read(UInt32.self),
                let octets = reader.read(count: Int(length))
            else { throw .truncated }
            var contents = OctetReader(octets)
            switch Section(rawValue: type) {
            case .region:
                guard region == nil else { throw .repeated }
                guard let instance = contents.read(UInt64.self) else { throw .truncated }
                region = (try contents.readName(), instance)
            case .load:
                guard load == nil else { throw .repeated }
                load = try Load(&contents)
            case .pool:
                guard pools.count < Limits.pools else { throw .tooLarge }
                pools.append(try Pool(&contents))
            case .roundTrips:
                guard roundTrips == nil else { throw .repeated }
                roundTrips = try RoundTripReport(&contents)
            case nil: continue
            }
        }
        guard let region, let load else { throw .incomplete }
        self.init(region: region.name, instance: region.instance, load: load, pools: pools, roundTrips: roundTrips)
    }
}

extension StateReport.Load {
    fileprivate init(_ reader: inout OctetReader) throws(StateReport.WireError) {
        guard let bits = reader.read(UInt64.self), let requests = reader.read(UInt32.self),
            let connections = reader.read(UInt32.self), let limit = reader.read(UInt32.self)
        else { throw .truncated }
        let rate = Double(bitPattern: bits)
        guard rate.isFinite, rate >= 0 else { throw .outOfRange }
        self.init(
            requestsPerSecond: rate,
            activeRequests: requests,
            activeConnections: connections,
            connectionLimit: limit
        )
    }
}

extension StateReport.Pool {
    fileprivate init(_ reader: inout OctetReader) throws(StateReport.WireError) {
        guard let healthy = reader.read(UInt32.self), let total = reader.read(UInt32.self),
            let isActive = reader.read(UInt8.self), let priority = reader.read(UInt16.self)
        else { throw .truncated }
        guard isActive <= 1, healthy <= total else { throw .outOfRange }
        self.init(
            name: try reader.readName(),
            healthy: healthy,
            total: total,
            activePriority: isActive == 1 ? priority : nil
        )
    }
}

extension OctetReader {
    /// What is left, as a name.
    fileprivate mutating func readName() throws(StateReport.WireError) -> String {
        guard remaining <= StateReport.Limits.name else { throw .tooLarge }
        guard let name = String(validating: readRest(), as: UTF8.self) else { throw .notText }
        return name
    }
}
