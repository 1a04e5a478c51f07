import DNSWire

/// Why octets are no DNS message.
enum MessageFault: Error, Hashable {
    /// They end inside a header, a name or a record.
    case ended
    /// A length octet of neither a label nor a pointer (RFC 1035 section 4.1.4).
    case badLabel
    /// A pointer that does not lead to an earlier place, so that following it might not end.
    case forwardPointer
    /// A name of more than 255 octets.
    case nameTooLong
    /// RDLENGTH does not agree with the names inside the RDATA.
    case badLength
    /// A second question.
    case severalQuestions
    /// An OPT record in a wrong section, with an owner, or for the second time.
    case misplacedOPT
    /// Octets after the last record.
    case trailingOctets
}

extension Message {
    /// Takes a message apart.
    init(_ octets: [UInt8]) throws(MessageFault) {
        var reader = MessageReader(octets: octets)
        self.octets = octets
        id = try reader.uint16()
        flags = try reader.uint16()
        var counts: [UInt16] = []
        for _ in 0..<4 { counts.append(try reader.uint16()) }
        guard counts[0] <= 1 else { throw .severalQuestions }
        if counts[0] == 1 {
            question = (try reader.name(), RRType(rawValue: try reader.uint16()), try reader.uint16())
        }
        var sections: [[Record]] = []
        for (index, count) in counts.dropFirst().enumerated() {
            var section: [Record] = []
            for _ in 0..<count {
                let record = try reader.record()
                guard record.type == .opt else {
                    section.append(record)
                    continue
                }
                guard index == 2, opt == nil, record.owner.isRoot else { throw .misplacedOPT }
                opt = try OPT(record)
            }
            sections.append(section)
        }
        (answer, authority, additional) = (sections[0], sections[1], sections[2])
        guard reader.offset == octets.count else { throw .trailingOctets }
    }
}

extension Message.OPT {
    /// The fields of RFC 6891 section 6.1.3 stand in place of class and TTL.
    fileprivate init(_ record: Message.Record) throws(MessageFault) {
        payloadSize = record.rrClass
        extendedRCode = UInt8(record.ttl >> 24)
        version = UInt8(record.ttl >> 16 & 0xFF)
        flags = UInt16(record.ttl & 0xFFFF)
        options = []
        var reader = MessageReader(octets: record.rdata)
        while reader.offset < record.rdata.count {
            let code = try reader.uint16()
            options.append(Message.Option(code: code, data: Array(try reader.take(Int(try reader.uint16())))))
        }
    }
}

/// A place in a message.
private struct MessageReader {
    let octets: [UInt8]
    var offset = 0

    init(octets: [UInt8]) { self.octets = octets }

    mutating func take(_ count: Int) throws(MessageFault) -> ArraySlice<UInt8> {
        guard offset + count <= octets.count else { throw .ended }
        defer { offset += count }
        return octets[offset..<offset + count]
    }

    mutating func uint16() throws(MessageFault) -> UInt16 {
        try take(2).reduce(0) { $0 << 8 | UInt16($1) }
    }

    /// A name, its pointers followed; each must lead to before where the labels that it ends began, so they come to
    /// an end.
    mutating func name() throws(MessageFault) -> DomainName {
        var wire: [UInt8] = []
        var place = self
        var start = offset
        var hasJumped = false
        while true {
            guard let length = try place.take(1).first else { throw .ended }
            switch length {
            case 0:
                guard wire.count < 255 else { throw .nameTooLong }
                if !hasJumped { offset = place.offset }
                return DomainName(validated: wire + [0])
            case 1...63:
                wire += [length] + (try place.take(Int(length)))
                guard wire.count < 255 else { throw .nameTooLong }
            case 0xC0...:
                guard let low = try place.take(1).first else { throw .ended }
                if !hasJumped { offset = place.offset }
                hasJumped = true
                let target = Int(length & 0x3F) << 8 | Int(low)
                guard target < start else { throw .forwardPointer }
                place.offset = target
                start = target
            default: throw .badLabel
            }
        }
    }

    mutating func record() throws(MessageFault) -> Message.Record {
        let owner = try name()
        let type = RRType(rawValue: try uint16())
        let rrClass = try uint16()
        let ttl = UInt32(try uint16()) << 16 | UInt32(try uint16())
        let length = Int(try uint16())
        let end = offset + length
        guard end <= octets.count else { throw .ended }
        // Only the types of RFC 1035 may have compressed names (RFC 3597 section 4).
        let (before, names): (Int, Int) =
            switch type {
            case .ns, .cname, .ptr: (0, 1)
            case .mx: (2, 1)
            case .soa: (0, 2)
            default: (0, 0)
            }
        var rdata = Array(try take(before))
        for _ in 0..<names { rdata += try name().wire }
        guard offset <= end else { throw .badLength }
        if names > 0, type != .soa, offset != end { throw .badLength }
        rdata += try take(end - offset)
        return Message.Record(owner: owner, type: type, rrClass: rrClass, ttl: ttl, rdata: rdata)
    }
}
