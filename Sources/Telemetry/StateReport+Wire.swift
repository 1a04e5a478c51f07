/// The compact form of a ``StateReport``: `TERN`, the version of the form, and sections.
///
///     section    type, 1 octet | length of what follows, 4 octets | contents
///     1 region   instance, 8 | name
///     2 load     requests a second (binary64), 8 | active requests, 4 | connections, 4 | limit of connections, 4
///     3 pool     healthy, 4 | total, 4 | 1 and the active priority, or 0 and 0, 1 + 2 | name
///
/// Numbers are in network order, names are UTF-8 to the end of their section. A section of another type is passed over,
/// and so are octets that follow the known ones of section 2: that is how the form grows. Another version is not read.
extension StateReport {
    /// Why octets are no report.
    package enum WireError: Error, Hashable, Sendable {
        /// They do not begin as a report does, or in another version of the form.
        case notAReport
        /// They end within a section, or a section is too short for its type.
        case truncated
        /// More than a report may have: see ``StateReport/Limits``.
        case tooLarge
        /// A number out of its range, a name that is no text, or a section that is missing or there twice.
        case invalid
    }

    /// Bounds on a report.
    package enum Limits {
        /// Octets in all.
        package static let octets = 1 << 20
        /// Sections of any type.
        static let sections = 8192
        /// Pools.
        static let pools = 4096
        /// Octets of a name: a domain name as text with all its octets escaped.
        static let name = 1024
    }

    /// The version of the form.
    package static let version: UInt8 = 1

    private static let mark = Array("TERN".utf8) + [version]

    private enum Section: UInt8 {
        case region = 1
        case load = 2
        case pool = 3
    }

    /// The compact form; pools beyond the limits are left out.
    package var octets: [UInt8] {
        var octets = Self.mark
        Self.append(.region, to: &octets) { octets in
            octets.append(bigEndian: instance)
            octets += Array(region.utf8.prefix(Limits.name))
        }
        Self.append(.load, to: &octets) { octets in
            octets.append(bigEndian: load.requestsPerSecond.bitPattern)
            octets.append(bigEndian: load.activeRequests)
            octets.append(bigEndian: load.activeConnections)
            octets.append(bigEndian: load.connectionLimit)
        }
        for pool in pools.prefix(Limits.pools) where pool.name.utf8.count <= Limits.name {
            Self.append(.pool, to: &octets) { octets in
                octets.append(bigEndian: pool.healthy)
                octets.append(bigEndian: pool.total)
                octets.append(pool.activePriority == nil ? 0 : 1)
                octets.append(bigEndian: pool.activePriority ?? 0)
                octets += Array(pool.name.utf8)
            }
        }
        return octets
    }

    private static func append(_ section: Section, to octets: inout [UInt8], _ write: (inout [UInt8]) -> Void) {
        octets.append(section.rawValue)
        let place = octets.count
        octets.append(bigEndian: UInt32(0))
        write(&octets)
        var length: [UInt8] = []
        length.append(bigEndian: UInt32(octets.count - place - 4))
        octets.replaceSubrange(place..<place + 4, with: length)
    }

    /// Reads the compact form.
    package init(octets: [UInt8]) throws(WireError) {
        guard octets.count <= Limits.octets else { throw .tooLarge }
        guard octets.starts(with: Self.mark) else { throw .notAReport }
        var reader = OctetReader(octets[Self.mark.count...])
        var region: (name: String, instance: UInt64)?
        var load: Load?
        var pools: [Pool] = []
        var count = 0
        while !reader.isAtEnd {
            count += 1
            guard count <= Limits.sections else { throw .tooLarge }
            let type = try reader.integer(UInt8.self)
            var contents = OctetReader(try reader.take(Int(try reader.integer(UInt32.self))))
            switch Section(rawValue: type) {
            case .region:
                guard region == nil else { throw .invalid }
                let instance = try contents.integer(UInt64.self)
                region = (try contents.text(limit: Limits.name), instance)
            case .load:
                guard load == nil else { throw .invalid }
                load = try Load(&contents)
            case .pool:
                guard pools.count < Limits.pools else { throw .tooLarge }
                pools.append(try Pool(&contents))
            case nil: continue
            }
        }
        guard let region, let load else { throw .invalid }
        self.init(region: region.name, instance: region.instance, load: load, pools: pools)
    }
}

extension StateReport.Load {
    fileprivate init(_ reader: inout OctetReader) throws(StateReport.WireError) {
        let rate = Double(bitPattern: try reader.integer(UInt64.self))
        guard rate.isFinite, rate >= 0 else { throw .invalid }
        self.init(
            requestsPerSecond: rate,
            activeRequests: try reader.integer(UInt32.self),
            activeConnections: try reader.integer(UInt32.self),
            connectionLimit: try reader.integer(UInt32.self)
        )
    }
}

extension StateReport.Pool {
    fileprivate init(_ reader: inout OctetReader) throws(StateReport.WireError) {
        let (healthy, total) = (try reader.integer(UInt32.self), try reader.integer(UInt32.self))
        let (isActive, priority) = (try reader.integer(UInt8.self), try reader.integer(UInt16.self))
        guard isActive <= 1, healthy <= total else { throw .invalid }
        self.init(
            name: try reader.text(limit: StateReport.Limits.name),
            healthy: healthy,
            total: total,
            activePriority: isActive == 1 ? priority : nil
        )
    }
}
