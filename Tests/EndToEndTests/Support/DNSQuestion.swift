import DNSWire

/// A query as a test asks it.
struct DNSQuestion: Sendable, CustomStringConvertible {
    /// The EDNS part of a query (RFC 6891).
    struct EDNS: Sendable {
        var payloadSize: UInt16 = 1232
        var dnssecOK = false
        var version: UInt8 = 0
        /// Options as they stand in the record: code, length and data of each.
        var options: [UInt8] = []
    }

    /// QNAME in wire form, with the case it is asked in.
    var name: [UInt8]
    var type: RRType
    var rrClass: UInt16 = 1
    /// RD, CD, AD and the opcode as they are in the header.
    var flags: UInt16 = 0
    var edns: EDNS? = EDNS()
    var transport = Socket.Transport.udp

    init(_ name: String, _ type: RRType) throws {
        self.init(try DomainName(name), type)
    }

    init(_ name: DomainName, _ type: RRType) {
        self.name = name.wire
        self.type = type
    }

    /// The query as it is sent.
    func message(id: UInt16) -> [UInt8] {
        var message: [UInt8] = []
        for word in [id, flags, 1, 0, 0, edns == nil ? 0 : 1] { message += Self.octets(word) }
        message += name + Self.octets(type.rawValue) + Self.octets(rrClass)
        guard let edns else { return message }
        message += [0, 0, 41] + Self.octets(edns.payloadSize) + [0, edns.version]
        message += Self.octets(edns.dnssecOK ? 0x8000 : 0)
        return message + Self.octets(UInt16(edns.options.count)) + edns.options
    }

    private static func octets(_ word: UInt16) -> [UInt8] { [UInt8(word >> 8), UInt8(word & 0xFF)] }

    /// As `dig` would be told.
    var description: String {
        var text = "\(DomainName(validated: name)) \(type)"
        if rrClass != 1 { text += " class \(rrClass)" }
        if flags != 0 { text += " flags \(String(flags, radix: 16))" }
        if transport == .tcp { text += " +tcp" }
        guard let edns else { return text + " +noedns" }
        text += edns.payloadSize == 1232 ? "" : " +bufsize=\(edns.payloadSize)"
        text += edns.version == 0 ? "" : " +edns=\(edns.version)"
        return text + (edns.dnssecOK ? " +dnssec" : "") + (edns.options.isEmpty ? "" : " options \(edns.options)")
    }
}
