import DNSWire
import ZoneFile

/// The zone that both servers serve: what is static in zones/example.test.zone, and the cases that it lacks.
enum ReferenceZone {
    static let origin = "example.test"

    /// What the example zone has no example of.
    private static let further = ##"""
        ; Aliases of aliases, of what does not exist, of what is elsewhere, and of themselves.
        chain0          CNAME chain1
        chain1          CNAME chain2
        chain2          CNAME static
        to-nothing      CNAME no-such-name
        to-nodata       CNAME _dmarc
        to-wildcard     CNAME anything.preview
        to-mx-wildcard  CNAME a.b.mail-for-all
        to-delegation   CNAME host.lab
        to-cut          CNAME lab
        to-elsewhere    CNAME www.example.net.
        to-apex         CNAME @
        to-dname        CNAME www.old
        to-dname-owner  CNAME old
        to-terminal     CNAME _tcp
        loop0           CNAME loop1
        loop1           CNAME loop0
        self            CNAME self

        ; Wildcards: with several types, below other names, with names that stop them, of aliases to nothing.
        *.mail-for-all          MX    10 mail
        *.mail-for-all          TXT   "any name"
        exact.mail-for-all      A     192.0.2.90
        deep.er.mail-for-all    A     192.0.2.91
        *.nowhere               CNAME no-such-name
        *.abroad                CNAME www.example.net.
        *.lost                  CNAME host.lab
        a.*.starry              A     192.0.2.92

        ; Delegations: with glue here, without glue, with glue of a sibling, below an empty non-terminal.
        far              NS    ns.example.net.
        far              NS    ns2.example.net.
        deep.down        NS    ns.deep.down
        ns.deep.down     A     192.0.2.154
        ns.deep.down     AAAA  2001:db8::154
        sibling          NS    ns.deep.down
        sibling          NS    ns1.lab
        crowded          NS    crowd.deep.down
        self-served      NS    self-served
        self-served      A     192.0.2.155

        ; DNAMEs: into the zone, out of it, to a wildcard, to another DNAME.
        moved            DNAME example.net.
        moved            TXT   "the owner keeps its other types"
        again            DNAME old
        wild             DNAME preview
        under            DNAME lab
        long             DNAME a-rather-long-label-of-which-two-make-a-name.that-has-not-much-room-for-further-labels.x

        ; An RRset that does not fit into 512 octets; more are in `crowds`.
        bulk             TXT   "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789" "b" "c"

        ; Names and types that are seldom seen.
        a\.dot           TXT   "a dot in a label"
        UPPER            TXT   "Upper Case"
        \000\255         TXT   "octets"
        unknown          TYPE731 \# 6 abcdef012345
        ttl    1w        A     192.0.2.93
        zero   0         A     192.0.2.94
        alias  77        CNAME ttl
        """##

    /// RRsets that do not fit into 512 and into 1232 octets.
    private static var crowds: String {
        let owners =
            Array(repeating: "many", count: 40) + Array(repeating: "crowd", count: 120)
            + Array(repeating: "crowd.deep.down", count: 80)
        return owners.enumerated().map { "\($1) A 198.51.100.\($0)\n" }.joined()
    }

    /// The zone as canonical text, which both servers read.
    ///
    /// - Parameter dump: zones/example.test.zone as `tern check --dump` prints it.
    static func text(from dump: String) -> String {
        let control: Set<Substring> = ["REGION", "STEER", "POOL"]
        let lines = dump.split(separator: "\n").map { ($0, $0.split(separator: " ")) }
        let pools = Set(lines.filter { $0.1[3] == "POOL" }.map { $0.1[0] })
        let kept = lines.filter { !control.contains($0.1[3]) && !($0.1[3] == "SRV" && pools.contains($0.1[0])) }
        return kept.map { "\($0.0)\n" }.joined() + "$ORIGIN \(origin).\n$TTL 300\n\(further)\n\(crowds)"
    }
}
