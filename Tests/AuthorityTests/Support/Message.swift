import Addressing
import DNSWire

/// A DNS message taken apart, every octet of it accounted for.
///
/// Names keep the case they have in the message. Nothing here shares code with the reader or the writer under test,
/// which could then agree with each other on a mistake; only the text of names and RDATA comes from there.
struct Message: Sendable {
    /// A resource record other than OPT.
    struct Record: Hashable, Sendable {
        var owner: DomainName
        var type: RRType
        var rrClass: UInt16
        var ttl: UInt32
        /// With names decompressed in the types that may have compressed ones.
        var rdata: [UInt8]
    }

    /// An option of an OPT record.
    struct Option: Hashable, Sendable {
        var code: UInt16
        var data: [UInt8]
    }

    /// An OPT record (RFC 6891 section 6.1.2).
    struct OPT: Hashable, Sendable {
        var payloadSize: UInt16
        var extendedRCode: UInt8
        var version: UInt8
        /// DO and the 15 bits after it.
        var flags: UInt16
        var options: [Option]

        func option(_ code: UInt16) -> Option? { options.first { $0.code == code } }
    }

    /// The octets of the message.
    let octets: [UInt8]
    var id: UInt16
    var flags: UInt16
    /// QNAME, QTYPE and QCLASS; `nil` when QDCOUNT is 0.
    var question: (name: DomainName, type: RRType, rrClass: UInt16)?
    var answer: [Record]
    var authority: [Record]
    /// Without the OPT record.
    var additional: [Record]
    var opt: OPT?

    var isResponse: Bool { flags & 0x8000 != 0 }
    var opcode: UInt16 { flags >> 11 & 0xF }
    var isTruncated: Bool { flags & 0x0200 != 0 }
    /// The 12 bits of an extended RCODE, the upper ones 0 without EDNS.
    var rcode: UInt16 { flags & 0xF | UInt16(opt?.extendedRCode ?? 0) << 4 }

    /// The client subnet of the response as `ADDRESS/SOURCE/SCOPE`; `nil` without the option.
    var clientSubnet: String? {
        guard let data = opt?.option(8)?.data, data.count >= 4 else { return nil }
        let width = data[1] == 2 ? 16 : 4
        let octets = Array(data[4...]) + Array(repeating: 0, count: max(0, width - data.count + 4))
        let address = IPAddress(octets: octets).map(String.init) ?? "?"
        return "\(address)/\(data[2])/\(data[3])"
    }
}

// MARK: - As text

extension Message: CustomStringConvertible {
    /// The whole message but for the ID and the question, one line each for the header, the records and OPT:
    ///
    ///     NOERROR aa rd
    ///     answer: www.example.com. 300 A 192.0.2.1
    ///     opt: 1232 do subnet=192.0.2.0/24/16
    ///
    /// Extended errors (RFC 8914) are left out: they may be anywhere and mean nothing to a machine.
    var description: String {
        var lines = [(["\(Self.name(ofRCode: rcode))"] + flagNames).joined(separator: " ")]
        for (section, records) in [("answer", answer), ("authority", authority), ("additional", additional)] {
            lines += records.map { "\(section): \($0)" }
        }
        if let opt {
            var words = ["opt: \(opt.payloadSize)"]
            if opt.version != 0 { words.append("version=\(opt.version)") }
            if opt.flags & 0x8000 != 0 { words.append("do") }
            if opt.flags & 0x7FFF != 0 { words.append("z=\(opt.flags & 0x7FFF)") }
            if let clientSubnet { words.append("subnet=\(clientSubnet)") }
            words += opt.options.filter { $0.code != 8 && $0.code != 15 }.map { "option=\($0.code)" }
            lines.append(words.joined(separator: " "))
        }
        return lines.joined(separator: "\n")
    }

    /// The flags that are set, QR apart, which every response has.
    private var flagNames: [String] {
        let names: [(UInt16, String)] = [
            (0x0400, "aa"), (0x0200, "tc"), (0x0100, "rd"), (0x0080, "ra"), (0x0040, "z"), (0x0020, "ad"),
            (0x0010, "cd"),
        ]
        return (isResponse ? [] : ["query"]) + names.filter { flags & $0.0 != 0 }.map(\.1)
            + (opcode == 0 ? [] : ["opcode=\(opcode)"])
    }

    private static func name(ofRCode rcode: UInt16) -> String {
        let names: [UInt16: String] = [
            0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED", 6: "YXDOMAIN",
            16: "BADVERS", 23: "BADCOOKIE",
        ]
        return names[rcode] ?? "RCODE\(rcode)"
    }
}

extension Message.Record: CustomStringConvertible {
    var description: String {
        let rrClass = rrClass == 1 ? "" : "CLASS\(rrClass) "
        return "\(owner) \(ttl) \(rrClass)\(type) \(RData.present(type, rdata[...]))"
    }
}
