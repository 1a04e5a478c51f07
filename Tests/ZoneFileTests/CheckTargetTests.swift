import DNSWire
import Testing

@testable import ZoneFile

@Suite("Checks and their options") struct CheckTargetTests {
    private static let www = try? DomainName("www.example.com")

    @Test(arguments: [
        ("dns/www.example.com", nil, RRType.a), ("dns:/www.example.com/AAAA", nil, .aaaa),
        ("DNS:5300/www.example.com./soa", 5300, .soa), ("dns:53/WWW.example.com/TYPE99", 53, .spf),
    ])
    func `a dns check has a name and a type`(text: String, port: UInt16?, type: RRType) throws {
        #expect(CheckTarget(text: text) == .dns(port: port, name: try #require(Self.www), type: type))
    }

    @Test func `a slash in a name is escaped`() throws {
        let name = try DomainName("0\\04725.2.0.192.in-addr.arpa.")
        #expect(
            CheckTarget(text: #"dns/0\04725.2.0.192.in-addr.arpa/NS"#) == .dns(port: nil, name: name, type: .ns)
        )
        #expect(CheckTarget(text: "dns/./NS") == .dns(port: nil, name: .root, type: .ns))
    }

    @Test(
        arguments: [
            ("exec:/bin/true", ["/bin/true"]), ("EXEC:/opt/check-db  --fast 3 ", ["/opt/check-db", "--fast", "3"]),
            ("exec:/c a:b/c\"d#e", ["/c", "a:b/c\"d#e"]),
        ]
    )
    func `a program has its arguments apart`(text: String, words: [String]) {
        #expect(CheckTarget(text: text) == .exec(path: words[0], arguments: Array(words.dropFirst())))
    }

    @Test(arguments: [
        "dns", "dns:53", "dns/", "dns:0/a", "dns:x/a", "dns/a/ANY", "dns/a/AXFR", "dns/a/OPT", "dns/a/b", "dns/a/A/b",
        "dns/a..b", "dns/a/TYPE0", "exec", "exec:", "exec:true", "exec: /bin/true", "exec:/", "exec:/bin/",
        "exec:/bin/a\0b", "http:/a#b",
    ])
    func `what is no check is refused`(text: String) {
        #expect(CheckTarget(text: text) == nil)
    }

    @Test(
        arguments: [
            (CheckTarget.none, 80), (.tcp(port: nil), 443), (.tcp(port: 25), 25), (.http(port: nil, path: "/"), 80),
            (.http(port: 8080, path: "/"), 8080), (.https(port: nil, path: "/"), 443), (.https(port: 1, path: "/"), 1),
            (.dns(port: nil, name: .root, type: .ns), 53), (.dns(port: 5300, name: .root, type: .ns), 5300),
            (.exec(path: "/bin/true", arguments: []), 80),
        ] as [(CheckTarget, UInt16)]
    )
    func `a region is asked at the port of the check`(check: CheckTarget, port: UInt16) {
        #expect(check.regionPort == port)
    }

    // MARK: - Options

    /// The check of a REGION record with these fields, and what is wrong with them, by key.
    private func read(_ strings: [String]) -> (check: CheckTarget, faults: [String]) {
        var fields = ControlFields(rdata: strings.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) })
        let record = RegionRecord(name: .root, fields: &fields)
        let faults = fields.errors.map { error in
            if case .badValue(let key, _, _) = error.kind { key } else { "\(error.code)" }
        }
        return (record.check, faults)
    }

    @Test func `every option is kept, in any order`() {
        let (check, faults) = read([
            "host=www.example.com.", "header=X-Probe: 1", "expect=\"all good\"", "check=https:8443/deep", "verify=No",
            "status=200-299,304", "header=authorization:Basic eA==",
        ])
        let options = CheckTarget.HTTPOptions(
            statuses: [200...299, 304...304],
            expect: "all good",
            fields: [.init(name: "X-Probe", value: "1"), .init(name: "authorization", value: "Basic eA==")],
            host: "www.example.com",
            verifiesCertificate: false
        )
        #expect(check == .https(port: 8443, path: "/deep", options: options))
        #expect(faults == [])
    }

    @Test(
        arguments: [
            ("status=200", []), ("status=", ["status"]), ("status=2xx", ["status"]), ("status=199", ["status"]),
            ("status=600", ["status"]), ("status=299-200", ["status"]), ("status=200,,201", ["status"]),
            ("status=200-", ["status"]), ("status=200-210-220", ["status"]), ("expect=", ["expect"]), ("expect=x", []),
            ("header=A:", []), ("header=A", ["header"]), ("header=:b", ["header"]), ("header=A b:c", ["header"]),
            ("header=Host:x", ["header"]), ("header=content-LENGTH:1", ["header"]), ("header=A:b\rC:d", ["header"]),
            ("header=A:\u{e4}", ["header"]), ("host=", ["host"]), ("host=a:80", []), ("host=a:0", ["host"]),
            ("host=a b", ["host"]), ("host=a/b", ["host"]), ("host=192.0.2.1", []), ("host=[::1]", ["host"]),
            ("host=a..b", ["host"]), ("verify=yes", []), ("verify=maybe", ["verify"]), ("verfy=no", ["unknownKey"]),
        ] as [(String, [String])]
    )
    func `nonsense is a fault`(field: String, expected: [String]) {
        #expect(read(["check=https", field]).faults == expected)
    }

    @Test(
        arguments: [
            (["check=http", "verify=no"], ["verify"]), (["check=tcp", "expect=x", "host=y"], ["expect", "host"]),
            (["status=200"], ["status"]), (["check=none", "header=A:b"], ["header"]),
            (["check=dns/a", "status=200"], ["status"]), (["check=exec:/a", "expect=x"], ["expect"]),
            (["check=htp", "expect=x"], ["check"]), (["check=http", "expect=x", "expect=y"], ["repeatedKey"]),
        ] as [([String], [String])]
    )
    func `an option without its check is a fault`(strings: [String], expected: [String]) {
        #expect(read(strings).faults == expected)
    }

    @Test func `options are written in the zone file as they are`() throws {
        let zone = try #require(
            ZoneText(
                body: """
                    r REGION check="exec:/bin/check --fast" interval=1m
                    r A 192.0.2.9
                    _http._tcp.r POOL check=http:/h "expect=all good" status=200,204 header="A: b; c" header=D:e
                    _http._tcp.r SRV 0 5 80 r
                    """
            ).read().zone
        )
        let records = ControlRecords(zones: [zone])
        #expect(records.regions.map(\.record.check) == [.exec(path: "/bin/check", arguments: ["--fast"])])
        let options = CheckTarget.HTTPOptions(
            statuses: [200...200, 204...204],
            expect: "all good",
            fields: [.init(name: "A", value: "b; c"), .init(name: "D", value: "e")]
        )
        #expect(records.pools.map(\.record.check) == [.http(port: nil, path: "/h", options: options)])
    }
}
