import DNSWire

/// A response taken apart; made for comparing, so names are in lower case and RDATA is not compressed.
///
/// It does not use the reader of the server under test, which would then agree with itself.
struct DNSMessage {
    /// A resource record.
    struct Record: Hashable, Comparable, CustomStringConvertible {
        var owner: [UInt8]
        var type: RRType
        var rrClass: UInt16
        var ttl: UInt32
        var rdata: [UInt8]

        static func < (left: Record, right: Record) -> Bool {
            if left.owner != right.owner { return left.owner.lexicographicallyPrecedes(right.owner) }
            if left.type != right.type { return left.type.rawValue < right.type.rawValue }
            if left.rdata != right.rdata { return left.rdata.lexicographicallyPrecedes(right.rdata) }
            return (left.rrClass, left.ttl) < (right.rrClass, right.ttl)
        }

        var description: String {
            let text = RData.present(type, rdata[...])
            return "\(DomainName(validated: owner)) \(ttl) \(rrClass == 1 ? "IN" : "CLASS\(rrClass)") \(type) \(text)"
        }
    }

    /// The OPT record of a message.
    struct OPT: Hashable {
        var payloadSize: UInt16
        var extendedRCode: UInt8
        var version: UInt8
        var dnssecOK: Bool
        var options: [UInt8]
    }

    var id: UInt16
    var flags: UInt16
    /// QNAME with its case, QTYPE and QCLASS, as they stand in the message.
    var question: [UInt8]
    var answer: [Record] = []
    var authority: [Record] = []
    /// Without the OPT record.
    var additional: [Record] = []
    var opt: OPT?

    var rcode: UInt16 { flags & 0xF | UInt16(opt?.extendedRCode ?? 0) << 4 }
    var isAuthoritative: Bool { flags & 0x0400 != 0 }
    var isTruncated: Bool { flags & 0x0200 != 0 }

    /// Takes a message apart.
    ///
    /// - Returns: `nil` when it is malformed or has octets after its end.
    init?(_ octets: [UInt8]) {
        guard octets.count >= 12 else { return nil }
        var reader = Reader(octets: octets, offset: 12)
        let header = (0..<6).map { UInt16(octets[2 * $0]) << 8 | UInt16(octets[2 * $0 + 1]) }
        (id, flags) = (header[0], header[1])
        guard header[2] <= 1 else { return nil }
        question = []
        if header[2] == 1 {
            guard reader.name() != nil, reader.take(4) != nil else { return nil }
            question = Array(octets[12..<reader.offset])
        }
        for (section, count) in [(\DNSMessage.answer, 3), (\.authority, 4), (\.additional, 5)] {
            for _ in 0..<header[count] {
                guard let record = reader.record() else { return nil }
                guard record.type == .opt else {
                    self[keyPath: section].append(record)
                    continue
                }
                // The fields of RFC 6891 section 6.1.3 stand in place of class and TTL.
                guard section == \.additional, opt == nil, record.owner == [0] else { return nil }
                opt = OPT(
                    payloadSize: record.rrClass,
                    extendedRCode: UInt8(record.ttl >> 24),
                    version: UInt8(record.ttl >> 16 & 0xFF),
                    dnssecOK: record.ttl & 0x8000 != 0,
                    options: record.rdata
                )
            }
        }
        guard reader.offset == octets.count else { return nil }
    }

    /// A place in a message.
    private struct Reader {
        let octets: [UInt8]
        var offset: Int

        mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
            guard offset + count <= octets.count else { return nil }
            defer { offset += count }
            return octets[offset..<offset + count]
        }

        mutating func number(_ count: Int) -> UInt32? {
            take(count)?.reduce(0) { $0 << 8 | UInt32($1) }
        }

        /// A name in lower case, its pointers followed (RFC 1035 section 4.1.4).
        mutating func name() -> [UInt8]? {
            var name: [UInt8] = []
            var position = offset
            var end: Int?
            while position < octets.count, name.count < 255 {
                let length = Int(octets[position])
                if length >= 0xC0 {
                    guard position + 1 < octets.count else { return nil }
                    let target = (length & 0x3F) << 8 | Int(octets[position + 1])
                    end = end ?? position + 2
                    guard target < position else { return nil }
                    position = target
                    continue
                }
                guard length < 64, position + length < octets.count else { return nil }
                name += [UInt8(length)] + octets[position + 1..<position + 1 + length].map(asciiLowercased)
                position += 1 + length
                if length == 0 {
                    offset = end ?? position
                    return name
                }
            }
            return nil
        }

        mutating func record() -> Record? {
            guard let owner = name(), let type = number(2), let rrClass = number(2), let ttl = number(4),
                let length = number(2), offset + Int(length) <= octets.count
            else { return nil }
            let end = offset + Int(length)
            let rrType = RRType(rawValue: UInt16(type))
            // The types whose names may be compressed, and which of their fields those are.
            let (numbers, names): (Int, Int) =
                switch rrType {
                case .ns, .cname, .ptr: (0, 1)
                case .mx: (2, 1)
                case .soa: (0, 2)
                default: (0, 0)
                }
            guard var rdata = take(numbers).map(Array.init) else { return nil }
            for _ in 0..<names {
                guard let name = name() else { return nil }
                rdata += name
            }
            guard offset <= end, let rest = take(end - offset) else { return nil }
            // The names in these are never compressed; some servers change their case.
            let hasName = [.dname, .srv, .naptr, .svcb, .https, .rp, .afsdb, .rt, .kx].contains(rrType)
            rdata += hasName ? rest.map(asciiLowercased) : Array(rest)
            return Record(owner: owner, type: rrType, rrClass: UInt16(rrClass), ttl: ttl, rdata: rdata)
        }
    }
}

extension Socket {
    /// Asks a question.
    ///
    /// - Throws: ``Unfulfilled`` when there is no answer, or one that is malformed or belongs to another question.
    func ask(_ question: DNSQuestion) throws -> DNSMessage {
        let id = UInt16.random(in: 0...UInt16.max)
        guard let octets = exchange(question.message(id: id)) else { throw Unfulfilled("no answer to \(question)") }
        return try Self.read(octets, as: question, id: id)
    }

    /// Asks questions over UDP, many at a time.
    ///
    /// - Returns: the answers in the order of the questions.
    /// - Throws: as ``ask(_:)``.
    func ask(_ questions: [DNSQuestion]) throws -> [DNSMessage] {
        var answers = [DNSMessage?](repeating: nil, count: questions.count)
        // So few at a time that neither side has to drop any.
        for start in stride(from: 0, to: questions.count, by: 32) {
            let batch = start..<min(start + 32, questions.count)
            for index in batch { send(questions[index].message(id: UInt16(index))) }
            while batch.contains(where: { answers[$0] == nil }) {
                guard let octets = receive() else { throw Unfulfilled("no answer to one of \(questions[batch])") }
                let index = octets.count < 2 ? questions.count : Int(octets[0]) << 8 | Int(octets[1])
                guard batch.contains(index) else { continue }
                answers[index] = try Self.read(octets, as: questions[index], id: UInt16(index))
            }
        }
        return answers.compactMap(\.self)
    }

    private static func read(_ octets: [UInt8], as question: DNSQuestion, id: UInt16) throws -> DNSMessage {
        guard let message = DNSMessage(octets) else { throw Unfulfilled("malformed answer to \(question): \(octets)") }
        guard message.id == id, message.flags & 0x8000 != 0 else {
            throw Unfulfilled("the answer to \(question) has ID \(message.id), flags \(message.flags)")
        }
        return message
    }
}
