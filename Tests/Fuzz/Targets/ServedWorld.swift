import Addressing
import Authority
import DNSWire
import Steering
import ZoneFile

/// Zones with one name for everything that the responder can do, served with two kinds of settings.
struct ServedWorld: Sendable {
    /// As a server is that tells nothing of itself.
    let plain: Snapshot
    /// As one is that has an identifier, a version, a reporting agent, and wants cookies.
    let telling: Snapshot

    static let shared = try? ServedWorld(zones: [
        ZoneFileReader.read(Array(text.utf8), path: "example.com.zone"),
        ZoneFileReader.read(Array(child.utf8), path: "child.example.com.zone"),
    ])

    /// Serves what was read.
    ///
    /// - Returns: `nil` when there is nothing to serve.
    /// - Throws: ``ZoneCompileError`` and what steering throws.
    init?(zones outcomes: [ZoneFileReader.Outcome]) throws {
        let zones = ZoneSet(outcomes: outcomes).zones
        guard !zones.isEmpty else { return nil }
        let fleet = Fleet(ControlRecords(zones: zones))
        let rules = Dictionary(uniqueKeysWithValues: fleet.rules.map { ($0.name, $0.index) })
        let data = try ZoneCompiler.compile(zones, rules: rules)
        let map = SteeringMap(fleet: fleet, atlas: .empty)
        let decisions = SteeringDecisions(map: map, health: FleetHealth(allHealthy: fleet))
        let steering = try SteerData(data, decisions)
        var generator = SeededGenerator(seed: 7)
        var settings = ResponderSettings(cookieSecret: CookieSecret(using: &generator))
        plain = Snapshot(zones: data, steering: steering, controlAccess: [], settings: settings, generation: 1)
        settings.identifier = Array("an identifier".utf8)
        settings.version = Array("a version".utf8)
        settings.reportingAgent = [5] + Array("agent".utf8) + [7] + Array("example".utf8) + [0]
        settings.requiresCookie = true
        telling = Snapshot(zones: data, steering: steering, controlAccess: [], settings: settings, generation: 1)
    }

    /// The names that the seeds ask for: one for each way to answer.
    static let names = [
        "example.com", "www.example.com", "alias.example.com", "chain.example.com", "loop.example.com",
        "x.wild.example.com", "x.y.star.example.com", "host.sub.example.com", "sub.example.com",
        "a.b.moved.example.com",
        "moved.example.com", "round.turn.example.com", "many.example.com", "steered.example.com", "c.example.com",
        "shared.example.com", "no.example.com", "svc.example.com", "child.example.com", "x.child.example.com",
        "us.example.com", "_http._tcp.us.example.com", "example.net", "version.bind", "id.server",
    ]

    private static let text = """
        $TTL 300
        @        SOA    ns1 hostmaster 1 7200 900 1209600 60
        @        NS     ns1
        @        NS     ns.example.net.
        ns1      A      192.0.2.53
        www      A      192.0.2.1
        www      AAAA   2001:db8::1
        alias    CNAME  steered
        chain    CNAME  alias
        out      CNAME  www.example.net.
        loop     CNAME  loop2
        loop2    CNAME  loop
        *.wild   MX     10 www
        *.star   CNAME  a.b.moved
        sub      NS     ns.sub
        sub      NS     ns1
        sub      DS     1 13 2 00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF
        ns.sub   A      192.0.2.2
        moved    DNAME  wild
        round    DNAME  turn
        turn     DNAME  round
        long     DNAME  \(String(repeating: "a", count: 63)).\(String(repeating: "b", count: 63)).www
        a.b.c    TXT    "deep" "er"
        svc      HTTPS  1 www alpn=h2
        child    NS     ns.child
        eu       REGION at=53.34,-6.26
        eu       A      192.0.2.20
        us       REGION at=39.04,-77.49
        us       AAAA   2001:db8::10
        _http._tcp.us  POOL
        _http._tcp.us  SRV 0 1 80 www
        steered  STEER  nearest eu us
        shared   STEER  weighted eu=1 us=2
        $GENERATE 1-80 many A 192.0.2.$

        """

    private static let child = """
        $TTL 300
        @        SOA    ns hostmaster 1 7200 900 1209600 60
        @        NS     ns
        ns       A      192.0.2.54
        *        TXT    "below a child's apex"

        """
}
