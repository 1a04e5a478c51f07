import DNSWire
import Testing

@testable import ZoneFile

@Suite("Any octets can be read")
struct GarbageTests {
    /// SplitMix64: the same numbers in every run.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var bits = state
            bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
            return bits ^ (bits >> 31)
        }
    }

    private static let seed =
        ZoneText.head + """
            $ORIGIN sub
            east REGION at=39,-77 covers=continent:NA,GB check=tcp:80 interval=2s
            east A 127.0.1.1
            n 60 IN STEER geo east=4 within=5km net=::/0:east fence=GB
            _http._tcp.east POOL balance=round-robin check=http:/x
             SRV 0 5 80 east
            a ( MX 10 mail ; comment
              ) TXT "quoted \\" \\200" x
            $GENERATE 1-9/2 g${1,2,x} A 10.0.0.$
            $INCLUDE other sub
            b TYPE65500 \\# 2 00ff
            c NS x.c
            d DNAME e
            x.d CNAME y
            *.w HTTPS 1 . alpn="h2,h3"
            """

    private func read(_ octets: [UInt8]) {
        let outcome = ZoneFileReader.read(octets, path: "example.test.zone") { _ in
            .octets(Array("z 5 A 192.0.2.1".utf8))
        }
        let set = ZoneSet(outcomes: [outcome])
        for finding in set.findings {
            #expect(finding.position.line > 0 && finding.position.column > 0)
            #expect(!finding.description.isEmpty)
        }
        for zone in set.zones {
            _ = ControlRecords(zones: [zone])
            _ = ZoneDump.text(zone)
        }
    }

    @Test func `random octets`() {
        var generator = Generator(state: 1)
        for _ in 0..<1000 {
            read(
                (0..<Int.random(in: 0...300, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator)
                }
            )
        }
    }

    @Test func `random signs`() {
        var generator = Generator(state: 2)
        let signs = Array(" \t\n\r;()\"\\$@.=,:/{}0123456789aAINxTL*_-#".utf8)
        for _ in 0..<1500 {
            let count = Int.random(in: 0...200, using: &generator)
            read((0..<count).map { _ in signs.randomElement(using: &generator) ?? 0 })
        }
    }

    @Test func `a sound zone with octets changed, left out or repeated`() {
        var generator = Generator(state: 3)
        for _ in 0..<1500 {
            var octets = Array(Self.seed.utf8)
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let index = Int.random(in: 0..<octets.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: octets[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: octets.remove(at: index)
                case 2: octets.insert(octets[Int.random(in: 0..<octets.count, using: &generator)], at: index)
                default: octets.insert(contentsOf: octets[index...].prefix(20), at: index)
                }
            }
            read(octets)
        }
    }
}
