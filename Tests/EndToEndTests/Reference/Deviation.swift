import DNSWire

/// Where Tern answers otherwise than another server on purpose; docs/conformance.md has the same table in words.
struct Deviation: Sendable {
    /// What the manual calls it.
    var name: String
    /// What Tern does, and the RFC and section that it goes by.
    var reason: String
    /// Beside which servers it shows.
    var references: [Reference]
    /// Whether a difference is this one.
    var covers: @Sendable (Comparison) -> Bool

    /// In the order in which they are tried.
    static let all = [
        Deviation(
            name: "truncated responses",
            reason: "what a truncated response holds is not to be used (RFC 2181 section 9): it holds nothing",
            references: [.nsd, .bind],
            covers: {
                $0.ours.isTruncated && $0.theirs.isTruncated && $0.ours.answer.isEmpty && $0.ours.authority.isEmpty
                    && $0.ours.additional.isEmpty
            }
        ),
        Deviation(
            name: "the AD and CD flags",
            reason: "an authoritative response has neither (RFC 4035 section 3.1.6)",
            references: [.bind],
            covers: { $0.question.flags & 0x0030 != 0 && $0.ignoring(flags: 0x0030).isExplained }
        ),
        Deviation(
            name: "addresses beside NS",
            reason: "the addresses in an answer to NS are only useful (RFC 1034 section 4.3.2 step 6): left out",
            references: [.nsd, .bind],
            covers: {
                $0.question.type == .ns && $0.headsAgree && $0.ours.additional.isEmpty && $0.agrees(\.answer)
                    && $0.agrees(\.authority)
            }
        ),
        Deviation(
            name: "addresses of services",
            reason: "the addresses of a service spare the client a question (RFC 9460 section 4.1): added",
            references: [.nsd, .bind],
            covers: {
                ($0.question.type == .https || $0.question.type == .svcb) && $0.headsAgree && $0.agrees(\.answer)
                    && $0.agrees(\.authority) && $0.theirs.additional.isEmpty
                    && $0.ours.additional.allSatisfy { $0.type == .a || $0.type == .aaaa }
            }
        ),
        Deviation(
            name: "ANY",
            reason: "ANY is answered with one RRset, whichever the server likes (RFC 8482 section 4.1)",
            references: [.nsd, .bind],
            covers: {
                guard $0.question.type == .any, $0.ours.rcode == 0, $0.ours.authority.isEmpty else { return false }
                // An alias answers ANY itself, also one that a DNAME makes; others follow that.
                let isOne = Set($0.ours.answer.map(\.type)).count == 1 && $0.theirs.rcode == 0
                return !$0.theirs.answer.isEmpty && (isOne || Set($0.ours.answer).isSubset(of: $0.theirs.answer))
            }
        ),
        Deviation(
            name: "addresses beside a referral",
            reason: """
                beyond the glue that must be there (RFC 9471 section 3.1), the addresses that the zone has for the name \
                servers are added if all of them fit (RFC 1034 section 4.3.2 step 3b)
                """,
            references: [.nsd, .bind],
            covers: {
                let theirs = $0.theirs.additional
                return $0.headsAgree && $0.agrees(\.answer) && $0.agrees(\.authority) && $0.isReferral
                    && (theirs + $0.ours.additional).allSatisfy { $0.type == .a || $0.type == .aaaa }
                    && $0.inDomain(theirs).isSubset(of: $0.ours.additional)
            }
        ),
        Deviation(
            name: "answers that fit",
            reason: "a response that fits is not truncated (RFC 2181 section 9)",
            references: [.nsd, .bind],
            covers: { !$0.ours.isTruncated && $0.theirs.isTruncated && $0.ours.rcode == $0.theirs.rcode }
        ),
        Deviation(
            name: "NSEC of an alias",
            reason: "only CNAME itself keeps an alias from being followed (RFC 1034 section 4.3.2 step 3a)",
            references: [.bind],
            covers: { $0.question.type == .nsec && $0.ours.answer.contains { $0.type == .cname } }
        ),
        Deviation(
            name: "aliases without end",
            reason: "a chain that comes back to where it was is answered as far as it went (RFC 1034 section 3.6.2)",
            references: [.nsd, .bind],
            covers: {
                let (ours, theirs) = (Set($0.ours.answer), Set($0.theirs.answer))
                return $0.ours.rcode == 0 && $0.isEndless && $0.ours.authority.isEmpty
                    && (ours.isSubset(of: theirs) || theirs.isSubset(of: ours))
            }
        ),
        Deviation(
            name: "aliases into another zone",
            reason: "what another zone says is not to be believed here (RFC 2181 section 5.4.1): not added",
            references: [.nsd],
            covers: {
                $0.ours.rcode == 0 && $0.ours.authority.isEmpty && $0.leavesZone
                    && Set($0.ours.answer).isSubset(of: $0.theirs.answer)
            }
        ),
    ]
}

extension Comparison {
    /// Whether there is no difference, or one that the table lists.
    var isExplained: Bool {
        isEqual || Deviation.all.contains { $0.references.contains(reference) && $0.covers(self) }
    }

    /// Without some of the flags in both answers.
    fileprivate func ignoring(flags: UInt16) -> Comparison {
        var copy = self
        copy.question.flags &= ~flags
        copy.ours.flags &= ~flags
        copy.theirs.flags &= ~flags
        return copy
    }

    /// Whether the authority section leads to the servers of another zone.
    fileprivate var isReferral: Bool { !ours.authority.isEmpty && ours.authority.allSatisfy { $0.type == .ns } }

    /// Those of the records whose owner is at or below the zone cut of a referral.
    fileprivate func inDomain(_ records: [DNSMessage.Record]) -> Set<DNSMessage.Record> {
        guard let cut = ours.authority.first?.owner else { return [] }
        return Set(records.filter { DomainName(validated: $0.owner).isSubdomain(of: DomainName(validated: cut)) })
    }

    /// The name that the aliases in our answer lead to; `nil` when they go in a circle.
    private var end: [UInt8]? {
        let aliases = ours.answer.filter { $0.type == .cname }
        var name = question.name.map(asciiLowercased)
        for _ in 0...aliases.count {
            guard let alias = aliases.first(where: { $0.owner == name }) else { return name }
            name = alias.rdata.map(asciiLowercased)
        }
        return nil
    }

    /// Whether the aliases in either answer come back to a name before, or one DNAME makes several of them.
    fileprivate var isEndless: Bool {
        guard let end else { return true }
        if theirs.answer.contains(where: { $0.type == .cname && $0.owner == end }) { return true }
        let owners = ours.answer.filter { $0.type == .cname }.map { DomainName(validated: $0.owner) }
        return ours.answer.contains { dname in
            dname.type == .dname && owners.count { $0.isSubdomain(of: DomainName(validated: dname.owner)) } > 1
        }
    }

    /// Whether the aliases in our answer lead out of the zone of the question.
    fileprivate var leavesZone: Bool {
        guard let end else { return false }
        return zone(of: end) != zone(of: question.name.map(asciiLowercased))
    }

    /// The last two labels: every zone here has two.
    private func zone(of name: [UInt8]) -> [[UInt8]] {
        DomainName(validated: name).labels.suffix(2).map { Array($0) }
    }
}
