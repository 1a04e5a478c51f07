/// A domain name: labels in wire form, compared without case.
///
///     +---+-------+---+-----+---+
///     | 3 | w w w | 4 | ... | 0 |      1...255 octets, the root label last
///     +---+-------+---+-----+---+
///
/// The octets keep the case they were written in (RFC 4343); equality, hashing and order use the lower-case form.
/// This type serves loading, control and tests. The packet path works on octets in its buffer instead.
package struct DomainName: Sendable {
    /// The uncompressed wire form, with the case as written.
    package let wire: [UInt8]

    /// The most octets a name may have in wire form (RFC 1035 section 3.1).
    package static let maximumLength = 255
    /// The most octets in a label (RFC 1035 section 2.3.4).
    package static let maximumLabelLength = 63

    /// The root name, `.`.
    package static let root = DomainName(validated: [0])

    /// A name from octets that are known to be a whole, uncompressed name.
    package init(validated wire: [UInt8]) {
        self.wire = wire
    }

    /// A name from uncompressed wire form.
    ///
    /// - Throws: ``DomainNameError`` when the octets are not exactly one name of at most 255 octets.
    package init(wire: some Collection<UInt8>) throws(DomainNameError) {
        let octets = Array(wire)
        guard octets.count <= Self.maximumLength else { throw .nameTooLong }
        var index = 0
        while true {
            guard index < octets.count else { throw .truncated }
            let length = Int(octets[index])
            guard length <= Self.maximumLabelLength else { throw .labelTooLong }
            index += 1 + length
            if length == 0 { break }
        }
        guard index == octets.count else { throw .trailingOctets }
        self.wire = octets
    }

    /// A name from its labels, most specific first, without the root label.
    ///
    /// - Throws: ``DomainNameError`` for an empty or overlong label or name.
    package init(labels: some Sequence<some Collection<UInt8>>) throws(DomainNameError) {
        var octets: [UInt8] = []
        for label in labels {
            guard !label.isEmpty else { throw .emptyLabel }
            guard label.count <= Self.maximumLabelLength else { throw .labelTooLong }
            octets.append(UInt8(label.count))
            octets.append(contentsOf: label)
        }
        octets.append(0)
        guard octets.count <= Self.maximumLength else { throw .nameTooLong }
        wire = octets
    }

    /// The labels, most specific first, without the root label.
    package var labels: [ArraySlice<UInt8>] {
        var labels: [ArraySlice<UInt8>] = []
        var index = 0
        while wire[index] != 0 {
            let end = index + 1 + Int(wire[index])
            labels.append(wire[(index + 1)..<end])
            index = end
        }
        return labels
    }

    /// The number of labels, the root label not counted.
    package var labelCount: Int {
        var count = 0
        var index = 0
        while wire[index] != 0 {
            index += 1 + Int(wire[index])
            count += 1
        }
        return count
    }

    /// Whether this is the root name.
    package var isRoot: Bool { wire.count == 1 }

    /// Whether the leftmost label is exactly `*` (RFC 4592 section 2.1.1).
    package var isWildcard: Bool { wire.count > 2 && wire[0] == 1 && wire[1] == UInt8(ascii: "*") }

    /// The name without its leftmost label; `nil` for the root.
    package var parent: DomainName? {
        isRoot ? nil : DomainName(validated: Array(wire[(1 + Int(wire[0]))...]))
    }

    /// The wire form in lower case, which is what indexes are built on (RFC 4034 section 6.2).
    package var canonicalWire: [UInt8] { wire.map(asciiLowercased) }

    /// Whether this name is `ancestor` or below it.
    package func isSubdomain(of ancestor: DomainName) -> Bool {
        guard wire.count >= ancestor.wire.count else { return false }
        var index = 0
        let start = wire.count - ancestor.wire.count
        while index < start { index += 1 + Int(wire[index]) }
        guard index == start else { return false }
        return wire[start...].elementsEqual(ancestor.wire) { asciiLowercased($0) == asciiLowercased($1) }
    }

    /// This name with `label` before it.
    ///
    /// - Throws: ``DomainNameError`` for an empty or overlong label, or when the name would pass 255 octets.
    package func prepending(_ label: some Collection<UInt8>) throws(DomainNameError) -> DomainName {
        guard !label.isEmpty else { throw .emptyLabel }
        guard label.count <= Self.maximumLabelLength else { throw .labelTooLong }
        guard wire.count + 1 + label.count <= Self.maximumLength else { throw .nameTooLong }
        return DomainName(validated: [UInt8(label.count)] + label + wire)
    }

    /// The wildcard `*` directly below this name.
    ///
    /// - Throws: ``DomainNameError/nameTooLong`` when no such name fits.
    package func wildcardChild() throws(DomainNameError) -> DomainName {
        try prepending([UInt8(ascii: "*")])
    }
}

extension DomainName: Hashable {
    package static func == (left: DomainName, right: DomainName) -> Bool {
        left.wire.count == right.wire.count
            && left.wire.elementsEqual(right.wire) { asciiLowercased($0) == asciiLowercased($1) }
    }

    package func hash(into hasher: inout Hasher) {
        for octet in wire { hasher.combine(asciiLowercased(octet)) }
    }
}

extension DomainName: Comparable {
    /// The canonical order of names (RFC 4034 section 6.1): by label from the root, lower case, absence first.
    package static func < (left: DomainName, right: DomainName) -> Bool {
        for (leftLabel, rightLabel) in zip(left.labels.reversed(), right.labels.reversed()) {
            for (leftOctet, rightOctet) in zip(leftLabel, rightLabel) {
                let (leftOctet, rightOctet) = (asciiLowercased(leftOctet), asciiLowercased(rightOctet))
                if leftOctet != rightOctet { return leftOctet < rightOctet }
            }
            if leftLabel.count != rightLabel.count { return leftLabel.count < rightLabel.count }
        }
        return left.labelCount < right.labelCount
    }
}

/// What is wrong with a name.
package enum DomainNameError: Error, Hashable, Sendable {
    /// A label of no octets before the end, as in `a..b`.
    case emptyLabel
    /// A label of more than 63 octets, or a length octet that is none.
    case labelTooLong
    /// More than 255 octets in wire form.
    case nameTooLong
    /// The octets end before the root label.
    case truncated
    /// Octets follow the root label.
    case trailingOctets
    /// A backslash that no character or three decimal digits up to 255 follow.
    case badEscape
    /// A relative name where no origin is known.
    case noOrigin
}

extension DomainNameError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .emptyLabel: "empty label in a name"
        case .labelTooLong: "label longer than 63 octets"
        case .nameTooLong: "name longer than 255 octets"
        case .truncated: "name ends too early"
        case .trailingOctets: "octets after the end of a name"
        case .badEscape: "a backslash needs a character or three digits up to 255 after it"
        case .noOrigin: "relative name, but there is no origin"
        }
    }
}

/// An ASCII capital letter in lower case; every other octet as it is (RFC 4343).
@inlinable
package func asciiLowercased(_ octet: UInt8) -> UInt8 {
    octet &- 0x41 < 26 ? octet | 0x20 : octet
}
