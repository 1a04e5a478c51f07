import DNSWire

// Header, question, body and OPT record of a response.
//
// What is called for every response is mutating even where it changes nothing: a method that only reads may be given a
// copy of the whole responder (Swift 6.3), which is half a kilobyte.

extension Responder {
    /// Copies the question, with the case it was asked in (RFC 4343 section 4.1).
    mutating func copyQuestion(_ message: Span<UInt8>, into response: inout MutableSpan<UInt8>) {
        response.copy(Query.headerLength..<query.questionEnd, of: message)
    }

    /// The octets that the response may have.
    mutating func limit(_ transport: Transport) -> Int {
        switch transport {
        case .tcp: Self.tcpBufferSize
        // Without EDNS 512 (RFC 1035 section 4.2.1), and a smaller size is taken as 512 (RFC 6891 section 6.2.3).
        case .udp: min(max(Int(query.payloadSize), 512), Self.maximumUDPPayload)
        }
    }

    /// Writes header, body and OPT of an answer whose question is already in place.
    mutating func finish(
        _ store: TemplateStore,
        _ index: UInt32,
        over transport: Transport,
        into response: inout MutableSpan<UInt8>
    ) -> Int {
        let template = store[index]
        let space = limit(transport) - query.questionEnd - optLength
        var flags = HeaderFlags.response | query.flags.echoed | UInt16(template.rcode)
        // An answer for all classes is never authoritative (RFC 1034 section 3.7.1).
        if template.isAuthoritative, query.class == .in { flags |= HeaderFlags.authoritative }
        var length = Int(template.length)
        var additional = template.additionalCount
        if length > space {
            length = Int(template.requiredLength)
            additional = template.requiredAdditionalCount
        }
        let fits = length <= space
        if !fits {
            flags |= HeaderFlags.truncated
            length = 0
            additional = 0
        }
        let (answers, authority) = fits ? (template.answerCount, template.authorityCount) : (0, 0)
        putHeader(flags, questions: 1, answers, authority, additional, into: &response)
        if fits {
            let end = query.questionEnd
            store.copy(template, index, length: length, nameLength: query.name.length, into: &response, at: end)
        }
        return appendOPT(to: &response, at: query.questionEnd + length)
    }

    /// Writes the header: the query's ID, the second word, and the counts of the four sections.
    @inline(__always)
    mutating func putHeader(
        _ flags: UInt16,
        questions: UInt16,
        _ answers: UInt16,
        _ authority: UInt16,
        _ additional: UInt16,
        into response: inout MutableSpan<UInt8>
    ) {
        let head = UInt64(query.id) << 48 | UInt64(flags) << 32 | UInt64(questions) << 16 | UInt64(answers)
        response.put(word: head, at: 0)
        response.put(long: UInt32(authority) << 16 | UInt32(additional), at: 8)
    }

    /// Writes an answer that is only a code.
    mutating func fail(
        _ rcode: RCode,
        _ message: Span<UInt8>,
        flags: UInt16 = 0,
        into response: inout MutableSpan<UInt8>
    ) -> Int {
        copyQuestion(message, into: &response)
        let word = HeaderFlags.response | query.flags.echoed | flags | (rcode.rawValue & 0xF)
        putHeader(word, questions: query.hasQuestion ? 1 : 0, 0, 0, 0, into: &response)
        let extended = UInt8(truncatingIfNeeded: rcode.rawValue >> 4)
        return appendOPT(to: &response, at: query.questionEnd, extendedRCode: extended)
    }

    // MARK: - OPT

    /// Octets of an OPT record without options.
    private static var bareOPTLength: Int { 11 }

    /// Octets of the OPT record that the response will have; 0 when the query had none (RFC 6891 section 6.1.1).
    var optLength: Int {
        mutating get { query.hasEDNS ? Self.bareOPTLength + optionLength : 0 }
    }

    /// Octets of all options.
    private var optionLength: Int {
        mutating get {
            guard reply.echoesOptions else { return 0 }
            var length = query.hasClientSubnet ? 8 + query.clientSubnet.addressLength : 0
            guard reply.hasMore else { return length }
            if reply.cookie != nil { length += 4 + Cookie.clientLength + Cookie.serverLength }
            if reply.identifierLength > 0 { length += 4 + reply.identifierLength }
            if reply.tellsKeepalive { length += 6 }
            if reply.extendedError != nil { length += 6 }
            if reply.agentLength > 0 { length += 4 + reply.agentLength }
            return length
        }
    }

    /// Appends the OPT record, when the query had one, and counts it.
    ///
    /// - Returns: the octets of the response.
    mutating func appendOPT(to response: inout MutableSpan<UInt8>, at start: Int, extendedRCode: UInt8 = 0) -> Int {
        guard query.hasEDNS else { return start }
        response.put(response.uint16(at: 10) + 1, at: 10)
        // The root, the type, the payload size, the upper bits of the code, version 0, and DO, which is repeated (RFC
        // 3225 section 3).
        let head = UInt64(RRType.opt.rawValue) << 40 | UInt64(Self.maximumUDPPayload) << 24
        response.put(word: head | UInt64(extendedRCode) << 16 | (query.dnssecOK ? 0x80 : 0), at: start)
        response[start + 8] = 0
        response.put(UInt16(truncatingIfNeeded: optionLength), at: start + 9)
        var offset = start + Self.bareOPTLength
        guard reply.echoesOptions else { return offset }
        if query.hasClientSubnet {
            offset += query.clientSubnet.write(scope: reply.scope, into: &response, at: offset)
        }
        guard reply.hasMore else { return offset }
        if let cookie = reply.cookie {
            response.put(Cookie.optionCode, at: offset)
            response.put(UInt16(Cookie.clientLength + Cookie.serverLength), at: offset + 2)
            response.put(word: query.cookie.client, at: offset + 4)
            response.put(word: cookie.head, at: offset + 12)
            response.put(word: cookie.hash, at: offset + 20)
            offset += 28
        }
        if reply.identifierLength > 0 {
            offset += append(EDNSOption.identifier, snapshot.settings.identifier, to: &response, at: offset)
        }
        if reply.tellsKeepalive {
            response.put(EDNSOption.keepalive, at: offset)
            response.put(2, at: offset + 2)
            response.put(snapshot.settings.keepalive, at: offset + 4)
            offset += 6
        }
        if let error = reply.extendedError {
            response.put(EDNSOption.extendedError, at: offset)
            response.put(2, at: offset + 2)
            response.put(error.rawValue, at: offset + 4)
            offset += 6
        }
        if reply.agentLength > 0 {
            offset += append(EDNSOption.reportChannel, snapshot.settings.reportingAgent, to: &response, at: offset)
        }
        return offset
    }

    /// Appends an option with octets as they are.
    private mutating func append(_ code: UInt16, _ data: [UInt8], to response: inout MutableSpan<UInt8>, at offset: Int)
        -> Int
    {
        response.put(code, at: offset)
        response.put(UInt16(truncatingIfNeeded: data.count), at: offset + 2)
        for index in data.indices { response[offset + 4 + index] = data[index] }
        return 4 + data.count
    }
}
