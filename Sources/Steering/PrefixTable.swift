package import Addressing

/// One table for all rules: network -> *class*, and class -> the ranking of each rule.
///
/// A class is a set of networks that no rule can tell apart. The table depends on regions, rules and geography, not on
/// health; it is compiled when one of these changes.
package struct PrefixTable: Sendable {
    /// The class of a client and the shortest network around it that is of this class as a whole.
    package struct Classification: Hashable, Sendable {
        /// The class, 0..<``PrefixTable/classCount``.
        package var number: UInt32
        /// The prefix length of the network, in the family of the address that was asked for.
        package var depth: Int
    }

    let v4: RunTable<UInt32>
    let v6: RunTable<UInt128>
    /// `columnCount` ranking numbers for each class.
    let rankings: [UInt32]
    /// One column for each ranker that depends on the client.
    let columnCount: Int
    /// The number of classes.
    package let classCount: Int

    /// The most neighbouring runs of another class but the same ranking that are taken into a scope.
    private static let widening = 32

    /// The class of an address.
    package func classify(_ address: IPAddress) -> Classification {
        switch address.family {
        case .v4: classify(v4: UInt32(truncatingIfNeeded: address.bits))
        case .v6: classify(v6: address.bits)
        }
    }

    /// The class of an IPv4 address in host order.
    package func classify(v4 address: UInt32) -> Classification {
        let match = v4.match(address)
        return Classification(number: match.value, depth: match.depth)
    }

    /// The class of an IPv6 address in host order; one that stands for an IPv4 address is of that one's class.
    package func classify(v6 address: UInt128) -> Classification {
        let place = EmbeddedIPv4.locate(address)
        if let embedding = place.embedding {
            let inner = v4.match(embedding.address(in: address))
            return Classification(number: inner.value, depth: inner.depth + embedding.offset)
        }
        let match = v6.match(address)
        return Classification(number: match.value, depth: max(match.depth, place.depth))
    }

    /// The ranking that an IPv4 client gets in a column, and the shortest network around it that gets the same.
    func ranking(column: Int, v4 address: UInt32) -> (number: Int, depth: Int) {
        ranking(column: column, of: address, in: v4)
    }

    /// The same for an IPv6 client whose address stands for no IPv4 address; networks of such addresses are not
    /// reckoned with.
    func ranking(column: Int, v6 address: UInt128) -> (number: Int, depth: Int) {
        ranking(column: column, of: address, in: v6)
    }

    private func ranking<Address>(
        column: Int,
        of address: Address,
        in table: RunTable<Address>
    ) -> (number: Int, depth: Int) {
        let match = table.match(address)
        let number = rankings[Int(match.value) * columnCount + column]
        // With one column neighbouring classes differ in it, so there is nothing to widen.
        guard columnCount > 1 else { return (Int(number), match.depth) }
        let depth = table.depth(of: address, around: match, limit: Self.widening) { value in
            rankings[Int(value) * columnCount + column] == number
        }
        return (Int(number), depth)
    }
}
