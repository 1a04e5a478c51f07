/// A name inside RDATA.
package struct RDataName: Hashable, Sendable {
    /// The octets of the name, counted from the start of the RDATA.
    package var range: Range<Int>
    /// What may and must be done with it.
    package var roles: RDataNameRoles
}

// What a renderer of answers and a checker of zones need to know about names in RDATA.
extension RRType {
    /// The names in uncompressed RDATA that a server acts on, in order.
    ///
    /// - Returns: nothing for a type without such names and for malformed octets; the rendezvous servers of HIP are not
    ///   listed, for they have no role.
    package func names(in rdata: some Collection<UInt8>) -> [RDataName] {
        guard let fields = layout, fields.contains(where: { $0.roles != nil }) else { return [] }
        var names: [RDataName] = []
        let octets = ArraySlice(rdata)
        var rest = octets
        for field in fields {
            guard let length = field.length(in: rest) else { return [] }
            if let roles = field.roles {
                let start = rest.startIndex - octets.startIndex
                names.append(RDataName(range: start..<(start + length), roles: roles))
            }
            rest = rest.dropFirst(length)
        }
        return names
    }

    /// The wire name whose addresses belong in the additional section: of NS, MX, SRV, SVCB, HTTPS, NAPTR, AFSDB, RT,
    /// KX and LP.
    ///
    /// A root name as the target of SVCB or HTTPS stands for the owner name in ServiceMode (RFC 9460 section 2.5); as
    /// the target of SRV it says that there is no such service.
    ///
    /// - Returns: `nil` for other types and malformed octets.
    package func additionalTarget<Octets: Collection<UInt8>>(of rdata: Octets) -> Octets.SubSequence? {
        name(in: rdata, with: .additional)
    }

    /// The wire name of a host, which must not be an alias: of NS, MX, SRV, AFSDB, RT and KX (RFC 2181 section 10.3).
    ///
    /// - Returns: `nil` for other types and malformed octets.
    package func hostTarget<Octets: Collection<UInt8>>(of rdata: Octets) -> Octets.SubSequence? {
        name(in: rdata, with: .host)
    }

    /// Whether RDATA of this type has names that may be compressed (RFC 3597 section 4).
    package var hasCompressibleNames: Bool {
        layout?.contains { $0.roles?.contains(.compressible) ?? false } ?? false
    }

    /// The first name with a role; octets after it are not looked at.
    private func name<Octets: Collection<UInt8>>(
        in rdata: Octets,
        with role: RDataNameRoles
    ) -> Octets.SubSequence? {
        guard let fields = layout, fields.contains(where: { $0.roles?.contains(role) ?? false }) else { return nil }
        var rest = ArraySlice(rdata)
        var offset = 0
        for field in fields {
            guard let length = field.length(in: rest) else { return nil }
            if let roles = field.roles, roles.contains(role) { return rdata.dropFirst(offset).prefix(length) }
            rest = rest.dropFirst(length)
            offset += length
        }
        return nil
    }
}

extension RDataField {
    /// The roles of a field that is a name.
    var roles: RDataNameRoles? { if case .name(let roles) = kind { roles } else { nil } }
}
