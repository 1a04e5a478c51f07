package import Addressing
package import Geography

/// An index into the locations that a walk over a database returns.
package struct LocationID: Hashable, Sendable {
    /// The position in the array of locations, from 0.
    package let index: Int
}

extension GeoDatabase {
    /// Calls `body` with every network that has a record, in address order: all IPv4 networks, then all IPv6 networks.
    ///
    /// Networks do not overlap, and they are as the file has them, so neighbours may be equal. Networks whose addresses
    /// embed IPv4 addresses are left out, for ``lookup(_:)`` answers those as IPv4.
    ///
    /// - Returns: the distinct locations, which the identifiers given to `body` index.
    /// - Throws: ``GeoDatabaseError/corrupt(path:reason:)``; `body` may have been called before the damage was met.
    package func forEachNetwork(
        _ body: (IPPrefix, LocationID) -> Void
    ) throws(GeoDatabaseError) -> [Location] {
        var locations: [Location] = []
        var byLocation: [Location: LocationID] = [:]
        var byOffset: [UInt32: LocationID] = [:]

        func identify(_ offset: UInt32) throws(GeoDatabaseError) -> LocationID {
            if let known = byOffset[offset] { return known }
            let location = try location(at: offset)
            let id = byLocation[location] ?? LocationID(index: locations.count)
            if id.index == locations.count { locations.append(location) }
            byLocation[location] = id
            byOffset[offset] = id
            return id
        }

        for family in [IPAddress.Family.v4, .v6] {
            try walk(family) { (prefix, offset) throws(GeoDatabaseError) in
                body(prefix, try identify(offset))
                return true
            }
        }
        return locations
    }

    /// Calls `visit` with the networks of one family and the offsets of their records in the data section, in address
    /// order, until it returns false.
    ///
    /// The places still to visit are on a stack of our own, at most one for each bit of an address. A damaged tree may
    /// lead back to a node above and so have no end; each node of a sound one is met once, or a few times where writers
    /// share equal subtrees, and the walk gives up when it has met many times the nodes there are.
    func walk(
        _ family: IPAddress.Family,
        visit: (IPPrefix, UInt32) throws(GeoDatabaseError) -> Bool
    ) throws(GeoDatabaseError) {
        let width = family.bitWidth
        let nodeCount = tree.nodeCount
        var budget = 8 * Int(nodeCount)
        guard family == .v4 || metadata.ipVersion == 6 else { return }
        var pending = [Place(value: family == .v4 ? ipv4Root : 0, bits: 0, depth: 0)]
        while let place = pending.popLast() {
            if place.value == nodeCount { continue }
            if family == .v6, Place.isIPv4Again(bits: place.bits, depth: place.depth) { continue }
            if place.value > nodeCount {
                let address =
                    family == .v4 ? IPAddress(v4: UInt32(truncatingIfNeeded: place.bits)) : IPAddress(v6: place.bits)
                guard let prefix = IPPrefix(address, length: place.depth) else {
                    throw corrupt("a network is too long")
                }
                guard try visit(prefix, try dataOffset(of: place.value)) else { return }
                continue
            }
            guard place.depth < width else { throw corrupt("the search tree is deeper than an address is long") }
            budget -= 1
            guard budget >= 0 else { throw corrupt("the search tree has a loop") }
            let half = UInt128(1) << UInt128(width - 1 - place.depth)
            let depth = place.depth + 1
            pending.append(Place(value: tree.child(of: place.value, bit: 1), bits: place.bits | half, depth: depth))
            pending.append(Place(value: tree.child(of: place.value, bit: 0), bits: place.bits, depth: depth))
        }
    }
}

/// A record of the search tree and the network it stands for.
private struct Place {
    /// The value of the record.
    let value: UInt32
    /// The first address of the network, in host order.
    let bits: UInt128
    /// The length of the network.
    let depth: Int

    /// Whether an IPv6 network is one that holds the IPv4 addresses in another guise: `::/96`, where the tree keeps
    /// them, or one of those that `IPAddress.embeddedIPv4` folds, where some files point to them once more.
    static func isIPv4Again(bits: UInt128, depth: Int) -> Bool {
        switch depth {
        case 16, 32: EmbeddedIPv4.allCases.contains { $0.length == depth && $0.start == bits }
        case 96: bits == 0 || EmbeddedIPv4.allCases.contains { $0.length == depth && $0.start == bits }
        default: false
        }
    }
}
