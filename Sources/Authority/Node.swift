import DNSWire

/// An owner name of a zone, or an empty non-terminal, as the index has it.
struct Node: BitwiseCopyable, Sendable {
    /// "No such index", in every field that holds one.
    static let none = UInt32.max

    /// Where the lower-case wire name starts in the name octets.
    var nameOffset: UInt32
    /// The zone that the name belongs to.
    var zone: UInt32
    /// The node one label up, inside the zone.
    var parent: UInt32 = Node.none
    /// The first of the node's entries, where there are several.
    var firstEntry: UInt32 = 0
    /// The first entry itself: most names have one, and a look into the list is one cache miss more. It is in the list
    /// too only where there are several.
    var first = Entry(type: Entry.otherTypes, kind: .rendered, isControl: false, target: 0)
    /// What few nodes have; ``none`` for the others.
    var branch: UInt32 = Node.none
    /// The number of entries.
    var entryCount: UInt16 = 0
    /// Octets of the name in wire form.
    var nameLength: UInt8
    /// Whether this is the zone's apex.
    var isApex = false

    init(nameOffset: UInt32, nameLength: UInt8, zone: UInt32) {
        self.nameOffset = nameOffset
        self.nameLength = nameLength
        self.zone = zone
    }
}

/// What makes a node more than a name with answers; nodes below one zone cut share it.
struct Branch: BitwiseCopyable, Sendable {
    /// The `*` child.
    var wildcard: UInt32 = Node.none
    /// The zone cut at or above the node (RFC 9499: delegation point).
    var cut: UInt32 = Node.none
    /// The DNAME at or above the node, in the zone data's list.
    var dname: UInt32 = Node.none
}

/// What a node answers for one type.
struct Entry: BitwiseCopyable, Sendable {
    /// How the answer is found.
    enum Kind: UInt8, BitwiseCopyable, Sendable {
        /// `target` is a template.
        case rendered
        /// `target` is a steering slot.
        case steered
    }

    /// The QTYPE; ``otherTypes`` for "whatever else is asked" at an alias.
    var type: RRType
    var kind: Kind
    /// Whether only the addresses of the control access list see it.
    var isControl: Bool
    var target: UInt32

    /// The type 0, which is reserved, stands for every type that has no entry of its own.
    static let otherTypes = RRType(rawValue: 0)
}

/// A DNAME record as synthesis needs it (RFC 6672).
struct DNAMERecord: BitwiseCopyable, Sendable {
    /// The answer with the DNAME itself, rendered for any name below the owner.
    var template: UInt32
    /// The TTL, which the synthesised CNAME repeats (RFC 6672 section 3.1).
    var ttl: UInt32
    /// Where the target's wire form starts in the name octets.
    var targetOffset: UInt32
    var targetLength: UInt8
    /// The zone it is in.
    var zone: UInt32
}

/// What is answered for a zone when a name or type does not exist.
struct ZoneEntry: BitwiseCopyable, Sendable {
    /// The node of the apex.
    var apex: UInt32
    /// NODATA: NOERROR with the SOA (RFC 2308 section 2.2).
    var noData: UInt32
    /// NXDOMAIN with the SOA (RFC 2308 section 2.1).
    var nxDomain: UInt32
    /// Which of the access lists says who may ask; ``Node/none`` for everyone.
    var access: UInt32
    /// The template that answers for the DS RRset of the apex, which is the parent's (RFC 4035 section 2.4): the RRset,
    /// its denial or a referral; ``Node/none`` when no zone around this one is served.
    var parentSide: UInt32
}

/// Where the parts of a zone begin in the arrays of the zone data. Each part is in one piece and ends where the next
/// zone's begins.
struct ZoneExtent: BitwiseCopyable, Sendable {
    var node: UInt32
    var name: UInt32
    var entry: UInt32 = 0
    var template: UInt32 = 0
    /// The number of templates before.
    var answers: UInt32 = 0
}

/// The DS RRset of a served child, rendered with the zone that has it.
struct DelegationSigner: Sendable {
    /// The zone that has the RRset.
    var zone: UInt32
    /// The apex of the child in wire form.
    var child: [UInt8]
    var template: UInt32
}
