import DNSWire

@testable import ZoneFile

/// A zone file written in a test, and what reading and checking it gives.
struct ZoneText {
    /// Four lines that make any body a zone; the body starts in line 5.
    static let head = "$TTL 300\n@ SOA ns1 hostmaster 1 2 3 4 5\n@ NS ns1\nns1 A 192.0.2.1\n"

    var text: String
    var path = "example.test.zone"
    /// The files that `$INCLUDE` finds, by path.
    var included: [String: String] = [:]

    init(_ text: String, path: String = "example.test.zone", included: [String: String] = [:]) {
        self.text = text
        self.path = path
        self.included = included
    }

    /// A zone with SOA, NS and the address of its server before `body`.
    init(body: String, included: [String: String] = [:]) {
        self.init(Self.head + body, included: included)
    }

    func read() -> ZoneFileReader.Outcome {
        let included = included
        return ZoneFileReader.read(Array(text.utf8), path: path) { path in
            included[path].map { .octets(Array($0.utf8)) } ?? .unreadable("no such file")
        }
    }

    /// The findings of reading and checking, each as `CODE LINE:COLUMN`.
    var faults: [String] {
        ZoneSet(outcomes: [read()]).findings.map { "\($0.code.rawValue) \($0.position.line):\($0.position.column)" }
    }

    /// The records but the first three of ``head``, in the order written, as `OWNER TTL TYPE RDATA`.
    var records: [String] {
        let outcome = read()
        guard let zone = outcome.zone else { return outcome.findings.map { "\($0)" } }
        return zone.allRecords.map { "\($0.owner) \($0.ttl) \($0.type) \(RData.present($0.type, $0.rdata))" }
    }

    /// As ``records``, without those of ``head``.
    var bodyRecords: [String] { Array(records.dropFirst(3)) }
}
