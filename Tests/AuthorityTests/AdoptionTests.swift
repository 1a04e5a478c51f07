import Addressing
import Authority
import DNSWire
import Testing
import ZoneFile

/// Zones that did not change are taken over as they were compiled.
@Suite struct AdoptionTests {
    /// Zones around and beside each other.
    private static let origins = [
        "test", "a.test", "b.a.test", "c.b.a.test", "d.test", "e.d.test", "example.com", "f.example.com", "example.net",
    ]

    private static let types = ["A", "NS", "MX", "TXT", "DS", "SOA", "AAAA", "ANY"]

    /// A zone with delegations, wildcards, aliases, empty non-terminals and DS records of its children.
    private static func text(_ origin: String, using generator: inout SeededGenerator) -> String {
        var text = ServedZones.apex
        let number = Int.random(in: 1...250, using: &generator)
        var lines = [
            "www A 192.0.2.\(number)", "* TXT \"any \(number)\"", "x.y.z A 192.0.2.\(number)", "@ MX \(number) www",
            "alias CNAME x.y.z", "far CNAME www.example.net.", "sub NS ns.sub\nsub NS ns1\nns.sub A 192.0.2.\(number)",
            "*.w MX \(number) www", "two A 192.0.2.1\ntwo A 192.0.2.\(number)\ntwo TXT \"\(number)\"",
            "s HTTPS 1 www", "w.w A 192.0.2.9",
        ]
        for child in origins where child.hasSuffix("." + origin) {
            lines.append("\(child). NS ns1.\(child).\nns1.\(child). A 192.0.2.7")
            lines.append("\(child). DS \(number) 8 2 00")
        }
        for line in lines where Bool.random(using: &generator) { text += line + "\n" }
        return text
    }

    private static func questions() -> [String] {
        origins.flatMap { origin in
            [
                "", "www.", "x.y.z.", "y.z.", "alias.", "far.", "sub.", "q.sub.", "q.w.", "w.w.", "two.", "s.", "ns1.",
                "nowhere.",
            ]
            .flatMap { name in types.map { "\(name)\(origin) \($0)" } }
        }
    }

    /// The zone that is cut at another's apex.
    private static func encloser(of origin: String, in served: some Collection<String>) -> String? {
        served.filter { origin.hasSuffix("." + $0) }.max { $0.utf8.count < $1.utf8.count }
    }

    /// Zones come, go and change at random; after each step every answer is that of the same zones compiled anew.
    @Test(arguments: 1...6) func theAnswersAreThoseOfAFreshStart(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var served: [String: String] = [:]
        for origin in Self.origins where Bool.random(using: &generator) {
            served[origin] = Self.text(origin, using: &generator)
        }
        var zones = try ZoneCompiler.compile(served.map { try ServedZones.read($0.value, origin: $0.key) }, rules: [:])
        for _ in 0..<6 {
            var read: Set<String> = []
            var moved: Set<String> = []
            var removed: [DomainName] = []
            for origin in Self.origins {
                switch Int.random(in: 0..<6, using: &generator) {
                case 0:
                    if served[origin] == nil { moved.insert(origin) }
                    served[origin] = Self.text(origin, using: &generator)
                    read.insert(origin)
                case 1 where served[origin] != nil:
                    served[origin] = nil
                    moved.insert(origin)
                    removed.append(try DomainName(origin))
                default: break
                }
            }
            for origin in moved {
                if let parent = Self.encloser(of: origin, in: served.keys) { read.insert(parent) }
            }
            var packed = try read.compactMap { origin in
                try served[origin].map { PackedZone(try ServedZones.read($0, origin: origin)) }
            }
            zones = try ZoneCompiler.compile(&packed, over: zones, without: removed, rules: [:])
            #expect(packed.isEmpty)
            let fresh = try ZoneCompiler.compile(
                served.map { try ServedZones.read($0.value, origin: $0.key) },
                rules: [:]
            )
            #expect(zones.summary.zones == fresh.summary.zones && zones.summary.names == fresh.summary.names)
            let (updated, expected) = (try ServedZones(compiled: zones), try ServedZones(compiled: fresh))
            for question in Self.questions() {
                let (answer, right) = (try updated.ask(question), try expected.ask(question))
                #expect(answer == right, "\(question)")
            }
        }
    }

    /// An access list stays with its zone.
    @Test func accessListsStayWithTheirZones() throws {
        let nobody = try #require(IPPrefix("203.0.113.0/24"))
        let access = [try DomainName("example.com"): [nobody]]
        let texts = ["example.com", "example.net", "example.org"].map { ($0, ServedZones.apex + "www A 192.0.2.1\n") }
        let first = try ZoneCompiler.compile(
            texts.map { try ServedZones.read($0.1, origin: $0.0) },
            rules: [:],
            access: access
        )
        var none: [PackedZone] = []
        let removed = [try DomainName("example.net")]
        let second = try ZoneCompiler.compile(&none, over: first, without: removed, rules: [:], access: access)
        let served = try ServedZones(compiled: second)
        #expect(try served.ask("www.example.com A").hasPrefix("REFUSED"))
        #expect(try served.ask("www.example.net A").hasPrefix("REFUSED"))
        #expect(try served.ask("www.example.org A") == "NOERROR aa\nanswer: www.example.org. 300 A 192.0.2.1")
    }

    /// The DS RRset at a zone cut is that of the zone around it, also when a third zone around both has one.
    @Test func aDelegationSignerIsOfTheNearestZoneAround() throws {
        let served = try ServedZones([
            ("test", "b.a.test. NS ns1\nb.a.test. DS 1 8 2 01"),
            ("a.test", "b NS ns1.b\nb DS 2 8 2 02\nns1.b A 192.0.2.1"),
            ("b.a.test", "www A 192.0.2.1"),
        ])
        #expect(try served.ask("b.a.test DS") == "NOERROR aa\nanswer: b.a.test. 300 DS 2 8 2 02")
    }
}
