import Addressing
import DNSWire
import Health
import TLSTransport
import Testing
import ZoneFile

@Suite struct HealthTargetTests {
    private func target(_ check: CheckTarget, port: UInt16 = 80, authority: String? = nil) throws {
        _ = try HealthTarget(
            .init(label: "us-east", endpoint: Endpoint(IPAddress(v4: 0x7f00_0001), port: port)),
            check: check,
            authority: authority
        )
    }

    @Test(arguments: [
        CheckTarget.none, .tcp(port: nil), .tcp(port: 443), .http(port: nil, path: "/"),
        .http(port: 8080, path: "/lb-health?deep=1&x=%20"), .https(port: nil, path: "/"),
        .dns(port: 53, name: .root, type: .ns), .exec(path: "/bin/true", arguments: []),
    ])
    func takesChecksThatCanBeMade(check: CheckTarget) throws {
        try target(check, authority: "www.example.com:8080")
    }

    @Test func refusesProgramsWhereTheyAreNotAllowed() {
        #expect(throws: CheckConfigurationError.programNotAllowed) {
            _ = try HealthTarget(
                .init(label: "", endpoint: Endpoint(IPAddress(v4: 1), port: 1)),
                check: .exec(path: "/bin/true", arguments: []),
                mayRunPrograms: false
            )
        }
    }

    @Test func refusesNamesThatNoCertificateHas() {
        let long = String(repeating: "a", count: 300)
        #expect(throws: CheckConfigurationError.tls(.invalidName(long))) {
            try target(.https(port: nil, path: "/"), authority: long)
        }
    }

    @Test(arguments: [("A\r\nB", "c"), ("", "c"), ("A:b", "c"), ("A", "b\r\nC: d"), ("A", "\u{e4}")])
    func refusesFieldsThatWouldBreakTheRequest(name: String, value: String) {
        let options = CheckTarget.HTTPOptions(fields: [.init(name: name, value: value)])
        #expect(throws: CheckConfigurationError.invalidField(name)) {
            try target(.http(port: nil, path: "/", options: options))
        }
    }

    @Test(arguments: ["", "health", "/a b", "/a\r\nX: y", "/\u{7f}", "/ä", "/a#b", "/\0"])
    func refusesPathsThatWouldBreakTheRequest(path: String) {
        #expect(throws: CheckConfigurationError.invalidPath(path)) { try target(.http(port: nil, path: path)) }
    }

    @Test(arguments: ["", "a b", "a\r\nX: y", "ä.example"])
    func refusesAuthoritiesThatWouldBreakTheRequest(authority: String) {
        #expect(throws: CheckConfigurationError.invalidAuthority(authority)) {
            try target(.http(port: nil, path: "/"), authority: authority)
        }
    }

    @Test(arguments: [CheckTarget.tcp(port: nil), .tcp(port: 0), .http(port: 0, path: "/")])
    func refusesPortZero(check: CheckTarget) {
        #expect(throws: CheckConfigurationError.invalidPort) { try target(check, port: 0) }
    }

    @Test func keepsTimesInRange() throws {
        let target = try HealthTarget(
            .init(label: "", endpoint: Endpoint(IPAddress(v4: 1), port: 1)),
            check: .tcp(port: nil),
            schedule: CheckSchedule(interval: .seconds(-1), timeout: .seconds(60))
        )
        #expect(target.schedule.interval == .milliseconds(10))
        #expect(target.schedule.timeout == .milliseconds(10))
    }
}
