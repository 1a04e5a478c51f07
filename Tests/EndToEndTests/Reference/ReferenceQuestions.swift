import DNSWire
import ZoneFile

/// What both servers are asked.
struct ReferenceQuestions {
    private let zone: Zone

    init(_ zone: Zone) {
        self.zone = zone
    }

    /// The types that every name is asked for: those of the zone, and some that it does not have.
    private static let types: [RRType] = [
        .a, .aaaa, .ns, .soa, .cname, .dname, .mx, .txt, .srv, .ds, .https, .caa, .loc, .hinfo, .tlsa, .ptr, .dnskey,
        .nsec, .any, RRType(rawValue: 731), RRType(rawValue: 64_000),
    ]

    /// Every owner name and every empty non-terminal, with every type; names beside and below them with some.
    var everyName: [DNSQuestion] {
        var names: Set<DomainName> = []
        for owner in zone.nodes.map(\.owner) {
            var ancestor: DomainName? = owner
            while let name = ancestor, name.isSubdomain(of: zone.origin) {
                names.insert(name)
                ancestor = name.parent
            }
        }
        let below = Set(names.flatMap(Self.names(below:))).subtracting(names)
        return names.sorted().flatMap { name in Self.types.map { DNSQuestion(name, $0) } }
            + below.sorted().flatMap { name in [.a, .txt, .mx, .ds].map { DNSQuestion(name, $0) } }
    }

    private static func names(below name: DomainName) -> [DomainName] {
        ["x", "*", "y.z", "exact"].compactMap { prefix in
            prefix.split(separator: ".").reduce(name as DomainName?) { name, label in try? name?.prepending(label.utf8)
            }
        }
    }

    /// Some names with everything else that a query can vary in.
    var everyVariant: [DNSQuestion] {
        let names = [
            "example.test", "static.example.test", "docs.example.test", "chain0.example.test", "x.preview.example.test",
            "www.old.example.test", "host.lab.example.test", "host.deep.down.example.test", "no.such.example.test",
            "_tcp.example.test", "many.example.test", "crowd.example.test", "bulk.example.test",
            Array(repeating: "a-label-of-twenty-five-octe", count: 5).joined(separator: ".") + ".long.example.test",
            "ExAmPlE.tEsT", "DOCS.EXAMPLE.TEST", "aNy.PreView.eXample.test", "wWw.OLD.example.TEST", "example.net", ".",
        ]
        var questions: [DNSQuestion] = []
        for name in names {
            for type in [RRType.a, .txt, .ns, .mx] {
                guard let plain = try? DNSQuestion(name, type) else { continue }
                questions += [plain] + Self.variants(of: plain)
            }
        }
        return questions
    }

    private static func variants(of plain: DNSQuestion) -> [DNSQuestion] {
        // RD; RD with AD and CD.
        var variants = [UInt16(0x0100), 0x0130].map { flags in
            var question = plain
            question.flags = flags
            return question
        }
        for size in [UInt16(0), 512, 700, 1232, 4096, 65_535] {
            var question = plain
            question.edns = DNSQuestion.EDNS(payloadSize: size)
            variants.append(question)
        }
        for edns in [
            nil, DNSQuestion.EDNS(dnssecOK: true), DNSQuestion.EDNS(version: 1),
            // An option that nobody knows (RFC 6891 section 6.1.2).
            DNSQuestion.EDNS(options: [0xFD, 0xE9, 0, 2, 1, 2]),
        ] {
            var question = plain
            question.edns = edns
            variants.append(question)
        }
        return variants
            + variants.map { variant in
                var question = variant
                question.transport = .tcp
                return question
            }
    }
}
