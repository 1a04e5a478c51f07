import DNSWire
import Geography
import Telemetry

/// Why a file is no latency map that can be used.
package enum LatencyMapError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It does not begin as one.
    case notAMap
    /// It is of a version that this program does not read.
    case version(UInt16)
    /// It is cut off, or octets of it are not what was written.
    case damaged

    package var description: String {
        switch self {
        case .notAMap: "this is no latency map"
        case .version(let version):
            "this is a latency map of version \(version); version \(LatencyModel.version) is what can be read"
        case .damaged: "the latency map is damaged: its checksum is not that of its contents"
        }
    }
}

/// The form in which a model is kept over a restart.
///
///     "TERNRTT" 0 | version, 16 bits | prior | regions | countries | systems | networks | checksum, 64 bits
///
/// Numbers are in network order, lists have their count in front. The checksum is FNV-1a over all that comes before
/// it. Means, variances and times are kept as they are, so a model read back believes what it believed.
extension LatencyModel {
    private static let mark = Array("TERNRTT".utf8) + [0]
    /// 2: paths have what is usual and what is so at present.
    fileprivate static let version: UInt16 = 2

    /// What is written to a file.
    package var octets: [UInt8] {
        var writer = OctetWriter()
        writer.append(Self.mark)
        writer.write(Self.version)
        writer.write(prior.offset)
        writer.write(prior.slope)
        writer.write(UInt32(clamping: regions.count))
        for region in regions {
            writer.write(counted: region.name.wire)
            writer.write(region.location == nil ? UInt8(0) : 1)
            writer.write(region.location?.latitude ?? 0)
            writer.write(region.location?.longitude ?? 0)
        }
        for shared in [countries, systems] {
            writer.write(UInt32(clamping: shared.count))
            for (area, knowledge) in shared {
                writer.write(area.country?.packed ?? 0)
                writer.write(area.system == nil ? UInt8(0) : 1)
                writer.write(area.system ?? 0)
                writer.write(knowledge.offset)
                writer.write(UInt32(clamping: knowledge.regions.count))
                for (region, path) in knowledge.regions {
                    writer.write(UInt32(clamping: region))
                    writer.write(path.usual)
                    writer.write(path.present)
                }
            }
        }
        writer.write(UInt32(clamping: networks.count))
        for (prefix, own) in networks {
            writer.write(prefix.packed)
            writer.write(own.area.country?.packed ?? 0)
            writer.write(own.area.system == nil ? UInt8(0) : 1)
            writer.write(own.area.system ?? 0)
            writer.write(own.lastSeen)
            writer.write(own.offset)
            writer.write(UInt32(clamping: own.sightings.count))
            for sighting in own.sightings {
                writer.write(UInt32(clamping: sighting.region))
                writer.write(sighting.count)
                writer.write(sighting.seen)
                writer.write(sighting.deviation)
            }
        }
        writer.write(Self.checksum(writer.octets[...]))
        return writer.octets
    }

    /// Reads what ``octets`` gave.
    ///
    /// - Throws: ``LatencyMapError``; never reads past the end, and never takes up half a file.
    package init(octets: [UInt8], limits: Limits = Limits()) throws(LatencyMapError) {
        guard octets.starts(with: Self.mark) else { throw .notAMap }
        guard octets.count >= Self.mark.count + 10 else { throw .damaged }
        var reader = OctetReader(octets[Self.mark.count...])
        let version = reader.read(UInt16.self) ?? 0
        guard version == Self.version else { throw .version(version) }
        var end = OctetReader(octets[(octets.count - 8)...])
        guard end.read(UInt64.self) == Self.checksum(octets[..<(octets.count - 8)]) else { throw .damaged }
        self.init(limits: limits)
        guard read(&reader) else { throw .damaged }
        // Written with a greater limit.
        while networks.count > limits.networks { forget() }
    }

    /// Reads everything after the version.
    ///
    /// - Returns: whether it made sense to the end.
    private mutating func read(_ reader: inout OctetReader) -> Bool {
        guard let offset = reader.readDouble(), let slope = reader.readDouble(),
            let prior = LatencyPrior(offset: offset, slope: slope), let regionCount = reader.read(UInt32.self)
        else { return false }
        self.prior = prior
        for _ in 0..<regionCount {
            guard let wire = reader.readCounted(), let name = try? DomainName(wire: wire),
                let located = reader.read(UInt8.self),
                let latitude = reader.readDouble(), let longitude = reader.readDouble()
            else { return false }
            let location = located == 1 ? GeoPoint(latitude: latitude, longitude: longitude) : nil
            regions.append(LatencyRegion(name: name, location: location))
        }
        guard let countries = readShared(&reader), let systems = readShared(&reader) else { return false }
        (self.countries, self.systems) = (countries, systems)
        guard let networkCount = reader.read(UInt32.self) else { return false }
        for _ in 0..<networkCount {
            guard let prefix = reader.read(UInt64.self).flatMap(ClientPrefix.init(packed:)),
                let area = reader.readArea(), let lastSeen = reader.read(UInt32.self),
                let offset = reader.readBelief(), let count = reader.read(UInt32.self)
            else { return false }
            var own = Own(area: area, offset: offset, lastSeen: lastSeen)
            for _ in 0..<count {
                guard let region = readRegion(&reader), let samples = reader.read(UInt32.self),
                    let seen = reader.read(UInt32.self), let deviation = reader.readBelief()
                else { return false }
                own.sightings.append(Sighting(region: region, count: samples, seen: seen, deviation: deviation))
            }
            networks[prefix] = own
        }
        return reader.remaining == 8
    }

    private func readShared(_ reader: inout OctetReader) -> [LatencyArea: Shared]? {
        guard let count = reader.read(UInt32.self) else { return nil }
        var result: [LatencyArea: Shared] = [:]
        for _ in 0..<count {
            guard let area = reader.readArea(), let offset = reader.readBelief(),
                let regionCount = reader.read(UInt32.self)
            else { return nil }
            var shared = Shared(offset: offset)
            for _ in 0..<regionCount {
                guard let region = readRegion(&reader), let usual = reader.readBelief(),
                    let present = reader.readBelief()
                else { return nil }
                shared.regions[region] = SharedPath(usual: usual, present: present)
            }
            result[area] = shared
        }
        return result
    }

    private func readRegion(_ reader: inout OctetReader) -> Int? {
        reader.read(UInt32.self).map(Int.init).flatMap { regions.indices.contains($0) ? $0 : nil }
    }

    /// FNV-1a of 64 bits (Fowler, Noll and Vo): tells damage, not malice.
    private static func checksum(_ octets: ArraySlice<UInt8>) -> UInt64 {
        octets.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}

extension OctetWriter {
    fileprivate mutating func write(_ belief: Belief) {
        write(belief.mean)
        write(belief.variance)
        write(belief.updated)
    }
}

extension OctetReader {
    fileprivate mutating func readBelief() -> Belief? {
        guard let mean = readFloat(), let variance = readFloat(), variance >= 0, let updated = read(UInt32.self)
        else { return nil }
        var belief = Belief(ignorance: variance, at: updated)
        belief.mean = mean
        return belief
    }

    fileprivate mutating func readArea() -> LatencyArea? {
        guard let packed = read(UInt16.self), let hasSystem = read(UInt8.self), let system = read(UInt32.self)
        else { return nil }
        return LatencyArea(country: CountryCode(packed: packed), system: hasSystem == 1 ? system : nil)
    }
}
