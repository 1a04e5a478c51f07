import Authority
import DNSWire
import Testing

/// RFC 6672: DNAME redirection.
@Suite("RFC 6672") struct RFC6672Tests {
    private let zones: ServedZones

    init() throws {
        zones = try ServedZones(
            #"""
            moved    77   DNAME  new.example.net.
            moved         TXT    "the owner keeps its other types"
            short         DNAME  a.
            root          DNAME  .
            long          DNAME  a23456789.b23456789.c23456789.d23456789.e23456789.f23456789.g23456789.h23456789.
            inside        DNAME  target
            www.target    A      192.0.2.1
            target        MX     10 www.target
            into-cname    CNAME  x.moved
            """#
        )
    }

    /// Section 2.2 and table 1: what a name becomes.
    @Test(arguments: [
        ("www.moved.example.com A", "moved.example.com. 77 DNAME new.example.net.", "77 CNAME www.new.example.net."),
        ("a.b.moved.example.com MX", "moved.example.com. 77 DNAME new.example.net.", "77 CNAME a.b.new.example.net."),
        ("x.short.example.com A", "short.example.com. 300 DNAME a.", "300 CNAME x.a."),
        ("x.y.root.example.com A", "root.example.com. 300 DNAME .", "300 CNAME x.y."),
    ])
    func section22SubstitutesTheSuffix(question: String, dname: String, alias: String) throws {
        let name = question.prefix { $0 != " " }
        let response = try zones.ask(question)
        #expect(response == "NOERROR aa\nanswer: \(dname)\nanswer: \(name). \(alias)")
    }

    /// Section 2.3: the owner itself is not redirected, its other types are answered.
    @Test(arguments: [
        ("moved.example.com TXT", "NOERROR aa\nanswer: moved.example.com. 300 TXT \"the owner keeps its other types\""),
        ("moved.example.com DNAME", "NOERROR aa\nanswer: moved.example.com. 77 DNAME new.example.net."),
        ("moved.example.com A", "NOERROR aa\n\(ServedZones.negative)"),
        ("moved.example.com CNAME", "NOERROR aa\n\(ServedZones.negative)"),
    ])
    func section23DoesNotRedirectTheOwner(question: String, answer: String) throws {
        let response = try zones.ask(question)
        #expect(response == answer)
    }

    /// Section 2.2: a name that would be too long is answered with YXDOMAIN and the DNAME.
    @Test func section22DeniesNamesThatGrowTooLong() throws {
        let dname = try DomainName(
            "a23456789.b23456789.c23456789.d23456789.e23456789.f23456789.g23456789.h23456789"
        )
        let room = 255 - dname.wire.count
        let owner = try DomainName("long.example.com").wire
        for (length, rcode, answers) in [(room, "NOERROR", 2), (room + 1, "YXDOMAIN", 1)] {
            var labels: [UInt8] = []
            while labels.count < length {
                let label = min(length - labels.count - 1, length - labels.count == 65 ? 62 : 63)
                labels += [UInt8(label)] + [UInt8](repeating: 0x78, count: label)
            }
            var question = Question(DomainName(validated: labels + owner), .a)
            question.transport = .tcp
            let response = try zones.ask(question)
            #expect(response.description.hasPrefix("\(rcode) aa\n"))
            #expect(response.answer.count == answers)
            #expect(response.answer.first?.type == .dname)
            if answers == 2 { #expect(response.answer.last?.rdata.count == 255) }
        }
    }

    /// Section 3.1: the CNAME has the TTL of the DNAME and the labels as they were asked (RFC 4343 section 4.1).
    @Test func section31KeepsTheCaseOfTheLabelsInFront() throws {
        let response = try zones.ask(Question("WwW.mOvEd.example.com A +rd +do"))
        #expect(
            response.description
                == """
                NOERROR aa rd
                answer: mOvEd.example.com. 77 DNAME new.example.net.
                answer: WwW.mOvEd.example.com. 77 CNAME WwW.new.example.net.
                opt: 1232 do
                """
        )
    }

    /// Section 3.2 step 3c: the lookup goes on at the new name, in this zone too.
    @Test(arguments: [
        (
            "www.inside.example.com A",
            """
            NOERROR aa
            answer: inside.example.com. 300 DNAME target.example.com.
            answer: www.inside.example.com. 300 CNAME www.target.example.com.
            answer: www.target.example.com. 300 A 192.0.2.1
            """
        ),
        (
            "nowhere.inside.example.com A",
            """
            NXDOMAIN aa
            answer: inside.example.com. 300 DNAME target.example.com.
            answer: nowhere.inside.example.com. 300 CNAME nowhere.target.example.com.
            \(ServedZones.negative)
            """
        ),
        (
            "into-cname.example.com A",
            """
            NOERROR aa
            answer: into-cname.example.com. 300 CNAME x.moved.example.com.
            answer: moved.example.com. 77 DNAME new.example.net.
            answer: x.moved.example.com. 77 CNAME x.new.example.net.
            """
        ),
    ])
    func section32GoesOnAtTheNewName(question: String, answer: String) throws {
        let response = try zones.ask(question)
        #expect(response == answer)
    }

    /// Section 3.2: QTYPE CNAME and ANY below the owner are redirected as any other, without going on.
    @Test func section32RedirectsEveryType() throws {
        for type in ["CNAME", "ANY", "DS", "TYPE731"] {
            #expect(
                try zones.ask("x.moved.example.com \(type)")
                    == """
                    NOERROR aa
                    answer: moved.example.com. 77 DNAME new.example.net.
                    answer: x.moved.example.com. 77 CNAME x.new.example.net.
                    """
            )
        }
    }

    /// Section 2.4: data below a DNAME is occluded, whichever way it is reached.
    @Test func section24HidesDataBelowTheOwner() throws {
        let zones = try ServedZones(
            """
            moved        DNAME  example.net.
            www.moved    A      192.0.2.1
            *.moved      A      192.0.2.2
            alias        CNAME  www.moved
            """
        )
        let redirected = "answer: moved.example.com. 300 DNAME example.net."
        for name in ["www", "x", "x.www"] {
            #expect(
                try zones.ask("\(name).moved.example.com A")
                    == "NOERROR aa\n\(redirected)\nanswer: \(name).moved.example.com. 300 CNAME \(name).example.net."
            )
        }
        let answer = try zones.ask(Question("alias.example.com A"))
        #expect(!answer.answer.contains { $0.type == .a })
    }

    /// A DNAME at the apex (RFC 6672 section 2.3) leaves the apex and redirects the rest.
    @Test func section23RedirectsAWholeZone() throws {
        let zones = try ServedZones(
            [("example.com", "@ DNAME example.net.")],
            apex: """
                $TTL 300
                @  3600  SOA ns.example.org. hostmaster 1 7200 900 1209600 60
                @        NS  ns.example.org.

                """
        )
        #expect(
            try zones.ask("a.b.example.com A")
                == """
                NOERROR aa
                answer: example.com. 300 DNAME example.net.
                answer: a.b.example.com. 300 CNAME a.b.example.net.
                """
        )
        #expect(try zones.ask("example.com NS") == "NOERROR aa\nanswer: example.com. 300 NS ns.example.org.")
    }

    /// Section 3.2: a chain that comes back to a DNAME with a name it had ends there, and no record is there twice.
    @Test(arguments: [
        (
            "x.self.example.com A",
            ["self.example.com. 300 DNAME self.example.com.", "x.self.example.com. 300 CNAME x.self.example.com."]
        ),
        (
            "x.here.example.com A",
            [
                "here.example.com. 300 DNAME there.example.com.", "x.here.example.com. 300 CNAME x.there.example.com.",
                "there.example.com. 300 DNAME here.example.com.", "x.there.example.com. 300 CNAME x.here.example.com.",
            ]
        ),
        (
            "up.deeper.up.example.com DNAME",
            ["up.example.com. 300 DNAME example.com.", "up.deeper.up.example.com. 300 CNAME up.deeper.example.com."]
        ),
        (
            "up.up.example.com DNAME",
            ["up.example.com. 300 DNAME example.com.", "up.up.example.com. 300 CNAME up.example.com."]
        ),
        (
            "again.up.example.com MX",
            [
                "up.example.com. 300 DNAME example.com.", "again.up.example.com. 300 CNAME again.example.com.",
                "again.example.com. 300 CNAME host.up.example.com.", "host.up.example.com. 300 CNAME host.example.com.",
                "host.example.com. 300 MX 10 host.example.com.",
            ]
        ),
        (
            "alias.example.com DNAME",
            [
                "alias.example.com. 300 CNAME up.up.example.com.", "up.example.com. 300 DNAME example.com.",
                "up.up.example.com. 300 CNAME up.example.com.",
            ]
        ),
        ("circle.example.com A", ["circle.example.com. 300 CNAME x.self.example.com."]),
    ])
    func section32HasNoRecordTwice(question: String, answer: [String]) throws {
        let zones = try ServedZones(
            """
            self    DNAME  self
            here    DNAME  there
            there   DNAME  here
            up      DNAME  @
            again   CNAME  host.up
            host    MX     10 host
            alias   CNAME  up.up
            circle  CNAME  x.self
            """
        )
        let response = try zones.ask(question)
        let lines = response.split(separator: "\n").filter { $0.hasPrefix("answer: ") }
        #expect(lines == answer.map { "answer: \($0)" })
    }

    /// RFC 1035 section 4.1.4: names made by a DNAME are compressed, and so is what they lead to.
    @Test func compressesWhatItMakes() throws {
        let labels = String(repeating: "n", count: 60)
        let zones = try ServedZones(
            """
            moved    DNAME  target
            *.target MX     10 \(labels).target
            *.target MX     20 \(labels).target
            """
        )
        let question = try Question("\(labels).moved.example.com MX")
        let message = try zones.ask(question)
        #expect(message.answer.count == 4)
        // The long label is there three times: in the question, in the CNAME, and never again.
        let found = message.octets.indices.count { message.octets[$0...].starts(with: labels.utf8) }
        #expect(found == 2)
    }

    /// The answer with its CNAME may be what does not fit.
    @Test func truncatesWhatDoesNotFit() throws {
        let label = String(repeating: "x", count: 63)
        let zones = try ServedZones("d DNAME \(label).\(label).\(label).a.")
        // Header 12, question 19, DNAME 12 + 195, CNAME 12 + 195, and twice the labels in front.
        for (length, expected) in [(33, "NOERROR aa\n"), (34, "NOERROR aa tc")] {
            let name = "\(String(repeating: "y", count: length - 1)).d.example.com"
            let response = try zones.ask(Question("\(name) A"))
            #expect(response.description.hasPrefix(expected))
            #expect(response.octets.count == (length == 33 ? 511 : 65))
            #expect(try zones.ask("\(name) A +tcp").hasPrefix("NOERROR aa\n"))
        }
    }
}
