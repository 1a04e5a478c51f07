package import Addressing
package import Geography

/// Where every network is: what a geographic database says, in a form that rules are compiled against and that is
/// kept while zones change.
package struct Atlas: Sendable {
    /// The distinct locations; the first is ``Location/unknown``.
    package let locations: [Location]
    let v4: RunTable<UInt32>
    let v6: RunTable<UInt128>

    /// An atlas that knows nothing: every client is at an unknown place.
    package static let empty = Atlas { _ in [] }

    /// Reads a database.
    ///
    /// - Parameter walk: calls `add` for every network, best in address order, with an index into the locations
    ///   that it returns in the end. Networks may nest; the longest match counts. One whose index is out of range is at
    ///   an unknown place.
    package init<Failure: Error>(
        _ walk: (_ add: (IPPrefix, Int) -> Void) throws(Failure) -> [Location]
    ) throws(Failure) {
        var v4: [RunList<UInt32>.Entry] = []
        var v6: [RunList<UInt128>.Entry] = []
        let found = try walk { prefix, location in
            let value = location < 0 ? 0 : UInt32(clamping: location &+ 1)
            let length = UInt8(prefix.length)
            switch prefix.address.family {
            case .v4: v4.append(.init(start: UInt32(prefix.address.bits), length: length, value: value))
            case .v6: v6.append(.init(start: prefix.address.bits, length: length, value: value))
            }
        }
        locations = [.unknown] + found
        for index in v4.indices where v4[index].value >= locations.count { v4[index].value = 0 }
        for index in v6.indices where v6[index].value >= locations.count { v6[index].value = 0 }
        self.v4 = RunTable(RunList(v4, rest: 0))
        self.v6 = RunTable(RunList(v6, rest: 0))
    }

    /// Where an address is, and the network around it that is at the same place; an IPv6 address that stands for an
    /// IPv4 address is where that is.
    package func lookup(_ address: IPAddress) -> (network: IPPrefix?, location: Location) {
        switch address.family {
        case .v4:
            let match = v4.match(UInt32(truncatingIfNeeded: address.bits))
            return (IPPrefix(address, length: match.depth), locations[Int(match.value)])
        case .v6:
            if let (embedding, embedded) = address.embedding {
                let match = v4.match(embedded)
                return (IPPrefix(address, length: match.depth + embedding.offset), locations[Int(match.value)])
            }
            let match = v6.match(address.bits)
            return (IPPrefix(address, length: match.depth), locations[Int(match.value)])
        }
    }
}
