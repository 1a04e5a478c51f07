import Addressing
import Authority
import DNSWire

/// A query as a test asks it.
struct Question: Sendable {
    /// QNAME in wire form, with the case it is asked in.
    var name: [UInt8]
    var type: RRType
    var rrClass: UInt16 = 1
    /// The second header word.
    var flags: UInt16 = 0
    var transport = Responder.Transport.udp
    /// The UDP payload size of an OPT record; `nil` for a query without one.
    var payloadSize: UInt16?
    var version: UInt8 = 0
    /// DO and the bits after it.
    var extendedFlags: UInt16 = 0
    var options: [Message.Option] = []

    /// What a text that is no question is.
    struct Malformed: Error {
        var text: String
    }

    init(_ name: DomainName, _ type: RRType) {
        self.name = name.wire
        self.type = type
    }

    /// A question as one would tell `dig`: a name, a type, and after them any of `+rd +cd +tcp +edns +do +bufsize=N
    /// +subnet=PREFIX +class=CLASS`. All but the first three of these imply EDNS, except the class.
    init(_ text: String) throws {
        let words = text.split(separator: " ")
        guard words.count >= 2, let type = RRType(words[1]) else { throw Malformed(text: text) }
        self.init(try DomainName(words[0]), type)
        for word in words.dropFirst(2) {
            let parts = word.split(separator: "=", maxSplits: 1)
            let value = parts.count > 1 ? parts[1] : ""
            switch parts[0] {
            case "+rd": flags |= 0x0100
            case "+cd": flags |= 0x0010
            case "+tcp": transport = .tcp
            case "+edns": payloadSize = payloadSize ?? 1232
            case "+do": (payloadSize, extendedFlags) = (payloadSize ?? 1232, 0x8000)
            case "+bufsize":
                guard let size = UInt16(value) else { throw Malformed(text: text) }
                payloadSize = size
            case "+subnet":
                guard let prefix = IPPrefix(value) else { throw Malformed(text: text) }
                payloadSize = payloadSize ?? 1232
                options.append(Message.Option(clientSubnet: prefix))
            case "+class":
                guard let rrClass = RRClass(value) else { throw Malformed(text: text) }
                self.rrClass = rrClass.rawValue
            default: throw Malformed(text: text)
            }
        }
    }

    /// QNAME, QTYPE and QCLASS as they stand in a message.
    var section: [UInt8] { name + Self.octets(type.rawValue) + Self.octets(rrClass) }

    /// The OPT record.
    var opt: [UInt8] {
        guard let payloadSize else { return [] }
        let data = options.flatMap { Self.octets($0.code) + Self.octets(UInt16($0.data.count)) + $0.data }
        return [0, 0, 41] + Self.octets(payloadSize) + [0, version] + Self.octets(extendedFlags)
            + Self.octets(UInt16(data.count)) + data
    }

    /// The whole message.
    func message(id: UInt16 = 0xBEEF) -> [UInt8] {
        let words = [id, flags, 1, 0, 0, payloadSize == nil ? 0 : 1]
        return words.flatMap(Self.octets) + section + opt
    }

    /// The most octets that the response may have.
    var sizeLimit: Int {
        transport == .tcp ? 65_535 : min(max(Int(payloadSize ?? 512), 512), 1232)
    }

    /// A number in network order.
    static func octets(_ word: UInt16) -> [UInt8] { [UInt8(word >> 8), UInt8(word & 0xFF)] }
}

extension Message.Option {
    /// The client subnet option of a query (RFC 7871 section 6).
    init(clientSubnet prefix: IPPrefix) {
        let isV4 = prefix.address.family == .v4
        let address = prefix.address.octets.prefix((prefix.length + 7) / 8)
        self.init(code: 8, data: [0, isV4 ? 1 : 2, UInt8(prefix.length), 0] + address)
    }
}
