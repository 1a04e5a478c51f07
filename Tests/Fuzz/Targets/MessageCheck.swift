import Addressing
import Authority
import DNSWire

/// Any message gets a response that keeps the rules of all responses, or none where none is due.
enum MessageCheck {
    /// A query and what it is asked of.
    struct Case {
        var message: [UInt8]
        var transport: Responder.Transport
        var isTelling: Bool
        var client: IPAddress

        /// - Parameter variant: chooses the transport, the settings and the client's family by its low bits.
        init(_ message: [UInt8], variant: UInt8) {
            self.message = message
            transport = variant & 1 == 0 ? .udp : .tcp
            isTelling = variant & 2 != 0
            client = variant & 4 == 0 ? IPAddress(v4: 0xC633_64C8) : IPAddress(v6: 0x2001_0DB8 << 96 | 1)
        }
    }

    /// The first octet is the variant, the rest the message.
    static func check(_ input: [UInt8]) throws(BrokenRule) {
        guard let variant = input.first else { return }
        guard let world = ServedWorld.shared else { throw BrokenRule("the zones cannot be served") }
        _ = try check(Case(Array(input.dropFirst()), variant: variant), in: world)
    }

    /// Asks, and checks what holds for every response.
    ///
    /// - Returns: the response, and its form; `nil` when there is none.
    static func check(
        _ query: Case,
        in world: ServedWorld
    ) throws(BrokenRule) -> (octets: [UInt8], form: MessageForm)? {
        let snapshot = query.isTelling ? world.telling : world.plain
        let message = query.message
        var responder = Responder(snapshot)
        let octets = answer(query, &responder)
        // A responder that has answered something else before says the same.
        var used = Responder(snapshot)
        _ = answer(Case(leftover, variant: 1), &used)
        try require(answer(query, &used) == octets, "the answer depends on the query before")
        guard let octets else {
            try require(message.count < 12 || message[2] & 0x80 != 0, "a query got no response")
            return nil
        }
        try require(message.count >= 12 && message[2] & 0x80 == 0, "something that is no query got a response")
        let form = try MessageForm(octets)
        try checkHeader(octets, form, message)
        try checkSize(octets, form, query)
        try checkSections(octets, form)
        return (octets, form)
    }

    private static func answer(_ query: Case, _ responder: inout Responder) -> [UInt8]? {
        let size = query.transport == .udp ? Responder.udpBufferSize : Responder.tcpBufferSize
        // Not zeros, so that an octet that is not written shows.
        var room = [UInt8](repeating: 0xA5, count: size)
        var response = room.mutableSpan
        let length = responder.respond(
            to: query.message.span,
            from: query.client,
            over: query.transport,
            at: 1_795_500_000,
            into: &response
        )
        return length > 0 ? Array(room.prefix(length)) : nil
    }

    private static func checkHeader(_ octets: [UInt8], _ form: MessageForm, _ message: [UInt8]) throws(BrokenRule) {
        try require(octets[0] == message[0] && octets[1] == message[1], "another ID")
        try require(octets[2] & 0x80 != 0, "a response without QR")
        try require(octets[2] & 0x78 == message[2] & 0x78, "another opcode")
        // Only RD is repeated (RFC 1035 section 4.1.1); CD is not, and AD says what is not known (RFC 4035 section 3.1.6).
        try require(octets[3] & 0xF0 == 0, "RA, Z, AD or CD is set")
        if form.questionEnd > 12 {
            try require(
                octets[12..<form.questionEnd].elementsEqual(message[12...].prefix(form.questionEnd - 12)),
                "another question"
            )
        }
    }

    private static func checkSize(_ octets: [UInt8], _ form: MessageForm, _ query: Case) throws(BrokenRule) {
        guard query.transport == .udp else { return }
        var limit = 512
        // What the client says it takes is in the first OPT record of the message, if that can be read at all.
        var read = Query()
        if read.read(query.message.span) == nil, read.hasEDNS { limit = max(limit, Int(read.payloadSize)) }
        try require(octets.count <= min(limit, 1232), "\(octets.count) octets where \(limit) are allowed")
    }

    private static func checkSections(_ octets: [UInt8], _ form: MessageForm) throws(BrokenRule) {
        let isTruncated = octets[2] & 0x02 != 0
        let isAuthoritative = octets[2] & 0x04 != 0
        let rcode = UInt16(octets[3] & 0xF) | form.extendedRCode
        if isTruncated { try require(form.records.isEmpty, "a truncated response has records") }
        // NOERROR, FORMERR, NXDOMAIN, NOTIMP, REFUSED, YXDOMAIN, BADVERS, BADCOOKIE.
        try require([0, 1, 3, 4, 5, 6, 16, 23].contains(rcode), "RCODE \(rcode)")
        let control: ClosedRange<UInt16> = 65_281...65_283
        try require(!form.records.contains { control.contains($0.type) }, "control records are shown to the public")
        guard isAuthoritative, !isTruncated else { return }
        let isPositive = form.records.contains { $0.section == 0 }
        let soas = form.records.count { $0.section == 1 && $0.type == 6 }
        if !isPositive, rcode == 0 || rcode == 3 {
            // RFC 2308 section 3.
            try require(soas == 1, "a negative answer with \(soas) SOA records")
        }
    }

    // MARK: - Seeds

    /// A query with options that must not show in the next answer.
    private static let leftover = query("many.example.com", 1, options: OptionsCheck.everyOption)

    static var seeds: [[UInt8]] {
        let types: [UInt16] = [1, 255, 43, 6, 64, 65_281, 252, 41]
        var seeds: [[UInt8]] = []
        for (index, name) in ServedWorld.names.enumerated() {
            let isChaos = name == "version.bind" || name == "id.server"
            let type = isChaos ? 16 : types[index % types.count]
            let message = query(name, type, rrClass: isChaos ? 3 : 1, options: index % 3 == 0 ? nil : [])
            seeds.append([UInt8(truncatingIfNeeded: index)] + message)
        }
        return seeds + [[0] + leftover, [2] + leftover]
    }

    /// A query.
    ///
    /// - Parameter options: the RDATA of its OPT record; `nil` for none.
    static func query(_ name: String, _ type: UInt16, rrClass: UInt16 = 1, options: [UInt8]?) -> [UInt8] {
        let name = (try? DomainName(name))?.wire ?? [0]
        let fixed: [UInt8] = [0xBE, 0xEF, 1, 0, 0, 1, 0, 0, 0, 0, 0, options == nil ? 0 : 1]
        var message = fixed + name + octets(type) + octets(rrClass)
        if let options {
            message += [0, 0, 41, 4, 208, 0, 0, 0x80, 0] + octets(UInt16(truncatingIfNeeded: options.count)) + options
        }
        return message
    }

    private static func octets(_ word: UInt16) -> [UInt8] { [UInt8(word >> 8), UInt8(word & 0xFF)] }
}
