import DNSWire

// Header, question, body and OPT record of a response.

extension Responder {
    /// Copies the question, with the case it was asked in (RFC 4343 section 4.1).
    mutating func copyQuestion(_ message: Span<UInt8>, into response: inout MutableSpan<UInt8>) {
        for index in Query.headerLength..<query.questionEnd { response[index] = message[index] }
    }

    /// The octets that the response may have.
    func limit(_ transport: Transport) -> Int {
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
        response.put(query.id, at: 0)
        response.put(flags, at: 2)
        response.put(1, at: 4)
        response.put(fits ? template.answerCount : 0, at: 6)
        response.put(fits ? template.authorityCount : 0, at: 8)
        response.put(additional, at: 10)
        if fits {
            let end = query.questionEnd
            store.copy(template, index, length: length, nameLength: query.name.length, into: &response, at: end)
        }
        return appendOPT(to: &response, at: query.questionEnd + length)
    }

    /// Writes an answer that is only a code.
    mutating func fail(
        _ rcode: RCode,
        _ message: Span<UInt8>,
        flags: UInt16 = 0,
        into response: inout MutableSpan<UInt8>
    ) -> Int {
        copyQuestion(message, into: &response)
        response.put(query.id, at: 0)
        response.put(HeaderFlags.response | query.flags.echoed | flags | (rcode.rawValue & 0xF), at: 2)
        response.put(query.hasQuestion ? 1 : 0, at: 4)
        response.put(0, at: 6)
        response.put(0, at: 8)
        response.put(0, at: 10)
        let extended = UInt8(truncatingIfNeeded: rcode.rawValue >> 4)
        return appendOPT(to: &response, at: query.questionEnd, extendedRCode: extended)
    }

    // MARK: - OPT

    /// Octets of an OPT record without options.
    private static var bareOPTLength: Int { 11 }

    /// Octets of the OPT record that the response will have; 0 when the query had none (RFC 6891 section 6.1.1).
    var optLength: Int { query.hasEDNS ? Self.bareOPTLength + optionLength : 0 }

    /// Octets of all options.
    private var optionLength: Int {
        guard reply.echoesOptions else { return 0 }
        var length = 0
        if query.hasClientSubnet { length += 8 + query.clientSubnet.addressLength }
        if reply.cookie != nil { length += 4 + Cookie.clientLength + Cookie.serverLength }
        if reply.identifierLength > 0 { length += 4 + reply.identifierLength }
        if reply.tellsKeepalive { length += 6 }
        if reply.extendedError != nil { length += 6 }
        if reply.agentLength > 0 { length += 4 + reply.agentLength }
        return length
    }

    /// Appends the OPT record, when the query had one, and counts it.
    ///
    /// - Returns: the octets of the response.
    mutating func appendOPT(to response: inout MutableSpan<UInt8>, at start: Int, extendedRCode: UInt8 = 0) -> Int {
        guard query.hasEDNS else { return start }
        response.put(response.uint16(at: 10) + 1, at: 10)
        response[start] = 0
        response.put(RRType.opt.rawValue, at: start + 1)
        response.put(UInt16(Self.maximumUDPPayload), at: start + 3)
        response[start + 5] = extendedRCode
        response[start + 6] = 0
        // DO is repeated (RFC 3225 section 3).
        response.put(query.dnssecOK ? 0x8000 : 0, at: start + 7)
        response.put(UInt16(truncatingIfNeeded: optionLength), at: start + 9)
        var offset = start + Self.bareOPTLength
        guard reply.echoesOptions else { return offset }
        if query.hasClientSubnet {
            offset += query.clientSubnet.write(scope: reply.scope, into: &response, at: offset)
        }
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
    private func append(_ code: UInt16, _ data: [UInt8], to response: inout MutableSpan<UInt8>, at offset: Int) -> Int {
        response.put(code, at: offset)
        response.put(UInt16(truncatingIfNeeded: data.count), at: offset + 2)
        for index in data.indices { response[offset + 4 + index] = data[index] }
        return 4 + data.count
    }
}

extension MutableSpan where Element == UInt8 {
    /// Writes a 64-bit integer in network order at `offset`.
    mutating func put(word value: UInt64, at offset: Int) {
        for step in 0..<4 { put(UInt16(truncatingIfNeeded: value >> (48 - 16 * UInt64(step))), at: offset + 2 * step) }
    }
}
