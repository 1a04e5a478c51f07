package import Addressing

/// Makes a MaxMind DB 2.0 file from networks and their records.
///
///     search tree | 16 zero octets | data section | 0xAB 0xCD 0xEF "MaxMind.com" | metadata
///
/// The same networks and records, inserted in the same order, give the same octets.
package struct MMDBWriter {
    /// A record known to a writer.
    package struct RecordID: Hashable, Sendable {
        let index: UInt32
    }

    /// A network as a place in the tree.
    private struct Network {
        let bits: UInt128
        let length: UInt8
        let record: UInt32
        let order: UInt32
    }

    private let databaseType: String
    private let description: String
    private let family: IPAddress.Family
    private var records: [MMDBValue] = []
    private var ids: [MMDBValue: RecordID] = [:]
    private var networks: [Network] = []
    private var isSorted = true

    /// A writer without networks.
    ///
    /// - Parameters:
    ///   - databaseType: what the file calls itself.
    ///   - description: the same for people, in English.
    ///   - family: `.v6` for a tree over both families, with IPv4 below `::/96`; `.v4` for IPv4 alone.
    package init(databaseType: String, description: String, family: IPAddress.Family = .v6) {
        self.databaseType = databaseType
        self.description = description
        self.family = family
    }

    /// The identifier of a record, one for all equal records.
    package mutating func record(_ value: MMDBValue) -> RecordID {
        if let known = ids[value] { return known }
        let id = RecordID(index: UInt32(records.count))
        records.append(value)
        ids[value] = id
        return id
    }

    /// Says that a network has a record.
    ///
    /// Where networks overlap the more specific one counts, and of equal ones the last inserted. Insertion in address
    /// order saves sorting. An IPv6 network has no place in a tree over IPv4 and is left out.
    package mutating func insert(_ prefix: IPPrefix, _ record: RecordID) {
        let isMapped = prefix.address.family == .v4 && family == .v6
        guard isMapped || prefix.address.family == family else { return }
        let network = Network(
            bits: prefix.address.bits,
            length: UInt8(isMapped ? 96 + prefix.length : prefix.length),
            record: record.index,
            order: UInt32(networks.count)
        )
        if let last = networks.last { isSorted = isSorted && Self.precedes(last, network) }
        networks.append(network)
    }

    private static func precedes(_ left: Network, _ right: Network) -> Bool {
        if left.bits != right.bits { return left.bits < right.bits }
        if left.length != right.length { return left.length < right.length }
        return left.order < right.order
    }

    /// The number of networks inserted.
    package var networkCount: Int { networks.count }

    /// The file.
    ///
    /// - Parameter buildEpoch: the time of making in seconds since 1970 UTC; that of the sources, so that the file can
    ///   be made again.
    /// - Returns: the octets, or `nil` when tree and data do not fit values of 32 bits.
    package func build(buildEpoch: UInt64) -> [UInt8]? {
        var builder = MMDBTreeBuilder(bitWidth: family.bitWidth)
        for network in isSorted ? networks : networks.sorted(by: Self.precedes) {
            builder.insert(bits: network.bits, length: Int(network.length), record: network.record)
        }
        builder.mergeSiblings()

        var data = MMDBEncoder(sharesValues: true)
        let offsets = records.map { data.append($0) }
        let nodeCount = builder.nodeCount
        let largest = nodeCount + 16 + data.bytes.count
        guard largest <= UInt32.max else { return nil }
        let recordBits = largest < 1 << 24 ? 24 : largest < 1 << 28 ? 28 : 32

        var metadata = MMDBEncoder(sharesValues: false)
        _ = metadata.append([
            "binary_format_major_version": .uint16(2),
            "binary_format_minor_version": .uint16(0),
            "build_epoch": .uint64(buildEpoch),
            "database_type": .string(databaseType),
            "description": ["en": .string(description)],
            "ip_version": .uint16(UInt16(family.rawValue)),
            "languages": ["en"],
            "node_count": .uint32(UInt32(nodeCount)),
            "record_size": .uint16(UInt16(recordBits)),
        ])

        var file = builder.encoded(recordBits: recordBits, dataOffsets: offsets)
        file.append(contentsOf: [UInt8](repeating: 0, count: 16))
        file.append(contentsOf: data.bytes)
        file.append(contentsOf: [0xAB, 0xCD, 0xEF])
        file.append(contentsOf: "MaxMind.com".utf8)
        file.append(contentsOf: metadata.bytes)
        return file
    }
}
