package import Addressing
import DNSWire

/// Answers queries: octets in, octets out, no I/O. Each thread that answers has its own.
///
/// The steps are those of RFC 1034 section 4.3.2 on an index in which all of them were decided when the zones were
/// compiled. Answering allocates nothing, takes no lock and counts no reference.
package struct Responder: ~Copyable {
    /// How a query came, which bounds its response.
    package enum Transport: Sendable {
        case udp
        case tcp
    }

    /// The largest UDP response, in octets, whatever the client says: no fragments (RFC 9715 section 3.1).
    package static let maximumUDPPayload = 1232
    /// The octets a response buffer must have for UDP.
    package static let udpBufferSize = 1280
    /// The octets a response buffer must have for TCP.
    package static let tcpBufferSize = Int(UInt16.max)

    var query = Query()
    var reply = Reply()
    var lookup = NameLookup()
    /// Where the answer to a synthesised alias is made before it is appended; empty until there is one.
    var chase: [UInt8] = []
    var chaseName = QueryName()
    var expander = RecordExpander()
    /// Kept alive for the views of its parts below, which are what the packet path reads.
    private(set) var snapshot: Snapshot
    private(set) var zones: ZoneData.View
    private(set) var steering: SteerData.View
    private var cookieSecret: CookieSecret
    private var otherCookieSecret: CookieSecret?
    private var requiresCookie: Bool
    private var reportingAgentLength: Int

    /// A responder that answers from `snapshot`.
    package init(_ snapshot: Snapshot) {
        self.snapshot = snapshot
        zones = snapshot.zones.view
        steering = snapshot.steering.view
        cookieSecret = snapshot.settings.cookieSecret
        otherCookieSecret = snapshot.settings.otherCookieSecret
        requiresCookie = snapshot.settings.requiresCookie
        reportingAgentLength = snapshot.settings.reportingAgent.count
    }

    /// Answers from `snapshot` from now on.
    package mutating func adopt(_ snapshot: Snapshot) {
        self.snapshot = snapshot
        zones = snapshot.zones.view
        steering = snapshot.steering.view
        cookieSecret = snapshot.settings.cookieSecret
        otherCookieSecret = snapshot.settings.otherCookieSecret
        requiresCookie = snapshot.settings.requiresCookie
        reportingAgentLength = snapshot.settings.reportingAgent.count
    }

    /// The generation of the snapshot in use.
    package var generation: UInt64 { snapshot.generation }

    /// Whether the query answered last proved its source address by a cookie, so that no rate limit needs to.
    package var hasValidCookie: Bool { reply.hasValidCookie }

    /// Answers one message.
    ///
    /// - Parameters:
    ///   - message: the octets received.
    ///   - client: the source address.
    ///   - transport: how it came.
    ///   - now: seconds since 1970, modulo 2^32, for cookies.
    ///   - response: receives the answer; at least ``udpBufferSize`` or ``tcpBufferSize`` octets.
    /// - Returns: the octets of the response; 0 when none is sent.
    package mutating func respond(
        to message: Span<UInt8>,
        from client: IPAddress,
        over transport: Transport,
        at now: UInt32,
        into response: inout MutableSpan<UInt8>
    ) -> Int {
        reply = Reply()
        switch query.read(message) {
        case nil: break
        case .dropped: return 0
        case .formErr:
            reply.echoesOptions = false
            return fail(.formErr, message, into: &response)
        case .notImp: return fail(.notImp, message, into: &response)
        case .badVers: return fail(.badVers, message, into: &response)
        }
        if query.hasEDNS { prepareOptions(from: client, over: transport, at: now) }
        if !query.hasQuestion { return fail(.noError, message, into: &response) }
        if requiresCookie, transport == .udp, !reply.hasValidCookie {
            // A client without cookies is sent to TCP, which proves its address as well (RFC 7873 section 5.2.3).
            return query.hasCookie
                ? fail(.badCookie, message, into: &response)
                : fail(.noError, message, flags: HeaderFlags.truncated, into: &response)
        }
        if query.class == .ch { return answerChaos(message, into: &response) }
        if let refusal = refuse() {
            reply.extendedError = refusal.reason
            return fail(refusal.rcode, message, into: &response)
        }
        copyQuestion(message, into: &response)
        if query.type == .txt, let length = answerWhy(message, from: client, over: transport, into: &response) {
            return length
        }
        let found = lookup.find(query.name, type: query.type, in: zones)
        if zones.isRestricted, !mayAsk(client, for: found) {
            reply.extendedError = .prohibited
            return fail(.refused, message, into: &response)
        }
        switch found {
        case .node(let node): return answer(from: node, to: client, over: transport, into: &response)
        case .negative(let template, _): return finish(zones.templates, template, over: transport, into: &response)
        case .belowDNAME(let dname, let owner):
            return synthesize(dname, owner: owner, message, from: client, over: transport, into: &response)
        case .outside:
            reply.extendedError = .notAuthoritative
            return fail(.refused, message, into: &response)
        }
    }

    /// An empty answer that sends the client to TCP, in place of the one just made.
    package mutating func truncate(_ message: Span<UInt8>, into response: inout MutableSpan<UInt8>) -> Int {
        fail(.noError, message, flags: HeaderFlags.truncated, into: &response)
    }

    /// Whether the access list of the zone lets a client ask.
    mutating func mayAsk(_ client: IPAddress, for found: Found) -> Bool {
        let zone: UInt32
        switch found {
        case .node(let node): zone = zones.index.nodes[node].zone
        case .negative(_, let found): zone = found
        case .belowDNAME(let dname, _): zone = zones.dnames[dname].zone
        case .outside: return true
        }
        let access = zones.zones[zone].access
        return access == Node.none || snapshot.zones.accessLists[Int(access)].contains(client)
    }

    /// What is not answered from zones at all.
    @inline(__always)
    private func refuse() -> (rcode: RCode, reason: ExtendedError?)? {
        if !query.type.isMeta || query.type == .any {
            return query.class == .in || query.class == .any ? nil : (.refused, .notAuthoritative)
        }
        switch query.type {
        // Transfers are not offered to anyone yet.
        case .axfr, .ixfr: return (.refused, .prohibited)
        case .opt: return (.formErr, nil)
        default: return (.notImp, .notSupported)
        }
    }

    /// Answers from a node's entries.
    private mutating func answer(
        from index: UInt32,
        to client: IPAddress,
        over transport: Transport,
        into response: inout MutableSpan<UInt8>
    ) -> Int {
        let choice = choose(from: index, type: query.type, client)
        reply.scope = choice.scope
        return choice.isSteered
            ? finish(steering.templates, choice.template, over: transport, into: &response)
            : finish(zones.templates, choice.template, over: transport, into: &response)
    }

    /// The template that answers a type at a node, of the zones' or of the steered answers.
    ///
    /// A steered answer is decided by the client's network: that of the client subnet, else the source address.
    @inline(__always)
    mutating func choose(
        from index: UInt32,
        type: RRType,
        _ client: IPAddress
    ) -> (template: UInt32, isSteered: Bool, scope: UInt8) {
        let node = zones.index.nodes[index]
        for offset in 0..<Int(node.entryCount) {
            let entry = offset == 0 ? node.first : zones.entries[Int(node.firstEntry) + offset]
            // ANY is answered with one RRset (RFC 8482 section 4.1).
            guard entry.type == type || entry.type == Entry.otherTypes || type == .any else { continue }
            if entry.isControl, !snapshot.controlAccess.contains(client) { continue }
            if entry.kind == .rendered { return (entry.target, false, 0) }
            // An empty prefix says that nothing of the client behind the resolver is to be used, which leaves the
            // resolver itself; its scope is 0 (RFC 7871 section 7.1.2).
            let isTold = query.hasClientSubnet && query.clientSubnet.sourceLength > 0
            let choice = steering.choose(entry.target, for: isTold ? query.clientSubnet.address : client)
            // ANY takes the family that has addresses.
            let isEmpty = type == .any && steering.templates[choice.template].authorityCount > 0
            if isEmpty, offset + 1 < Int(node.entryCount) { continue }
            return (choice.template, true, isTold ? choice.scope : 0)
        }
        // At the apex of a child zone, the DS RRset is the parent's to answer.
        let zone = zones.zones[node.zone]
        let isParentSide = type == .ds && node.isApex && zone.parentSide != Node.none
        return (isParentSide ? zone.parentSide : zone.noData, false, 0)
    }

    // MARK: - Options

    /// Decides which options the response will have.
    private mutating func prepareOptions(from client: IPAddress, over transport: Transport, at now: UInt32) {
        if query.hasCookie {
            var verdict = cookieSecret.judge(query.cookie, from: client, at: now)
            if verdict == .valid {
                // One that is young stays as it is (RFC 9018 section 4.3).
                reply.cookie = (query.cookie.head, query.cookie.hash)
            } else {
                reply.cookie = cookieSecret.make(for: query.cookie, from: client, at: now)
                if verdict == .invalid, let otherCookieSecret {
                    verdict = otherCookieSecret.judge(query.cookie, from: client, at: now)
                }
            }
            reply.hasValidCookie = verdict != .invalid
        }
        if query.wantsIdentifier { reply.identifierLength = snapshot.settings.identifier.count }
        if query.wantsKeepalive, transport == .tcp { reply.tellsKeepalive = true }
        if reportingAgentLength > 0 { reply.agentLength = reportingAgentLength }
        // What is told of the server gives way where there is no room for it.
        if reply.hasMore, query.questionEnd + optLength > limit(transport) {
            reply.identifierLength = 0
            reply.agentLength = 0
        }
    }
}
