import DNSWire

/// A place where a steered answer is rendered: a name and type, reached directly or over aliases.
///
/// It holds what every variant of the answer begins with, so that a health change renders only the addresses anew.
struct SteerSlot: Sendable {
    /// One of the records that lead to the steered name, in order.
    struct Alias: Sendable {
        /// CNAME, or DNAME before the CNAME that is made from it.
        var type = RRType.cname
        /// `nil` for the QNAME itself.
        var owner: [UInt8]?
        var ttl: UInt32
        var target: [UInt8]
    }

    /// The steering rule.
    var rule: Int
    /// A or AAAA.
    var type: RRType
    /// The TTL of the STEER record, which the TTL of the addresses never passes.
    var ttl: UInt32
    /// What the template is rendered for: see ``TemplateWriter/begin(question:isShifting:)``.
    var question: [UInt8]
    var isShifting: Bool
    /// Empty when the QNAME itself is steered.
    var aliases: [Alias]
    /// The zone's SOA record for an answer without addresses.
    var soa: StartOfAuthority
}

/// The SOA record of a zone, ready for negative answers.
struct StartOfAuthority: Sendable {
    /// The apex in wire form.
    var owner: [UInt8]
    /// The lesser of the record's TTL and its MINIMUM field (RFC 2308 section 3).
    var ttl: UInt32
    var rdata: [UInt8]
}
