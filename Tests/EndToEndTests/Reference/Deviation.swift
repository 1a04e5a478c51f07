import DNSWire

/// Where Tern answers otherwise than NSD on purpose.
struct Deviation: Sendable {
    var reason: String
    /// Whether a difference is this one.
    var covers: @Sendable (_ question: DNSQuestion, _ ours: DNSMessage, _ theirs: DNSMessage) -> Bool

    static let all = [
        Deviation(
            reason: "the addresses in an answer to NS are only useful (RFC 1034 section 4.3.2 step 6): left out",
            covers: { question, ours, theirs in
                question.type == .ns && ours.flags == theirs.flags && ours.additional.isEmpty
                    && ours.answer.sorted() == theirs.answer.sorted() && ours.authority == theirs.authority
            }
        ),
        Deviation(
            reason: "the addresses of a service spare the client a question (RFC 9460 section 4.1): added",
            covers: { question, ours, theirs in
                (question.type == .https || question.type == .svcb) && ours.flags == theirs.flags
                    && ours.answer.sorted() == theirs.answer.sorted() && ours.authority == theirs.authority
                    && theirs.additional.isEmpty && ours.additional.allSatisfy { $0.type == .a || $0.type == .aaaa }
            }
        ),
        Deviation(
            reason: "what a truncated response holds is not to be used (RFC 2181 section 9): it holds nothing",
            covers: { _, ours, theirs in
                let truncated: UInt16 = 0x0200
                return ours.flags & truncated != 0 && theirs.flags & truncated != 0 && ours.answer.isEmpty
                    && ours.authority.isEmpty && ours.additional.isEmpty
            }
        ),
        Deviation(
            reason: "ANY is answered with one RRset, whichever the server likes (RFC 8482 section 4.1)",
            covers: { question, ours, theirs in
                question.type == .any && ours.flags == theirs.flags && !theirs.answer.isEmpty
                    && Set(ours.answer.map(\.type)).count == 1 && ours.authority == theirs.authority
            }
        ),
    ]
}
