import DNSWire
import ZoneFile

/// Any file is read to its end with a position for each fault; a zone without faults reads back from its canonical
/// text, and can be served.
enum ZoneCheck {
    private static let path = "fuzz.test.zone"
    private static let head = "$TTL 1h\n@ SOA ns1 hostmaster 1 2h 15m 2w 1m\n@ NS ns1\nns1 A 192.0.2.1\n"

    /// The input is the file.
    static func check(_ input: [UInt8]) throws(BrokenRule) {
        guard !generatesMuch(input) else { return }
        let outcome = ZoneFileReader.read(input, path: path, loader: load)
        let set = ZoneSet(outcomes: [outcome])
        try require(outcome.findings.count <= 101, "\(outcome.findings.count) findings")
        let lines = input.split(separator: 0x0A, omittingEmptySubsequences: false).count
        for finding in outcome.findings + set.findings {
            let position = finding.position
            try require(position.line > 0 && position.column > 0, "no position: \(finding)")
            try require(position.file != path || position.line <= lines, "a line that is not there: \(finding)")
            try require(!finding.message.isEmpty, "a finding without words")
        }
        guard let zone = outcome.zone else {
            try require(outcome.findings.contains { $0.severity == .error }, "neither a zone nor an error")
            return
        }
        let text = ZoneDump.text(zone)
        let again = ZoneFileReader.read(Array(text.utf8), path: path)
        guard again.findings.isEmpty, let second = again.zone else {
            throw BrokenRule("the canonical text is refused: \(again.findings.map(\.description))\n\(text)")
        }
        try require(ZoneDump.text(second) == text, "the canonical text is another zone:\n\(text)")
        try require(zone.recordCount == second.recordCount, "\(zone.recordCount) records became \(second.recordCount)")
        if zone.recordCount <= 200, !set.zones.isEmpty { try serve(outcome, zone) }
    }

    /// The first octet chooses a type, the rest is the text of its RDATA, and whatever follows.
    static func checkRecord(_ input: [UInt8]) throws(BrokenRule) {
        guard let first = input.first else { return }
        let type = RDataCheck.types[Int(first) % RDataCheck.types.count]
        try check(Array("\(head)x \(type) ".utf8) + input.dropFirst() + [0x0A])
    }

    /// Asks for the names of the zone.
    private static func serve(_ outcome: ZoneFileReader.Outcome, _ zone: Zone) throws(BrokenRule) {
        // A zone may have an RRset that fits no message; that is said when it is compiled.
        guard let world = try? ServedWorld(zones: [outcome]) else { return }
        for node in zone.nodes.prefix(12) {
            for (index, type) in [UInt16(1), 255, node.rrsets.first { _ in true }?.type.rawValue ?? 16].enumerated() {
                let name = index == 0 ? Array("\u{1}x".utf8) + node.ownerWire : Array(node.ownerWire)
                guard name.count <= DomainName.maximumLength else { continue }
                let fixed: [UInt8] = [0, 7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
                let message = fixed + name + [UInt8(type >> 8), UInt8(type & 0xFF), 0, 1]
                let query = MessageCheck.Case(message, variant: UInt8(index & 1))
                let response = try MessageCheck.check(query, in: world)
                try require(response != nil, "\(DomainName(validated: name)) \(type) got no response")
            }
        }
    }

    /// `$INCLUDE` of `self` includes the same again, without end; `gone` is not there; everything else is a record.
    private static func load(_ path: String) -> ZoneFileReader.IncludedFile {
        if path.hasSuffix("self") { return .octets(Array("$INCLUDE self\nz A 192.0.2.2\n".utf8)) }
        return path.hasSuffix("gone") ? .unreadable("it is not there") : .octets(Array("z 5 A 192.0.2.3".utf8))
    }

    /// Whether a `$GENERATE` would make more records than a fuzzer has time for; the limit has a test of its own.
    private static func generatesMuch(_ input: [UInt8]) -> Bool {
        let keyword = Array("generate".utf8)
        for start in input.indices where input[start...].starts(with: keyword, by: { $0 | 0x20 == $1 }) {
            var digits = 0
            for octet in input[start...].dropFirst(keyword.count).prefix(32) {
                digits = (0x30...0x39).contains(octet) ? digits + 1 : 0
                if digits > 3 { return true }
            }
        }
        return false
    }

    // MARK: - Seeds

    static var seeds: [[UInt8]] {
        let records = sampleRecords.map { "\($0.type.lowercased()) \($0.type) \($0.text)\n" }.joined()
        let forms = ##"""
            $ORIGIN sub
            a ( MX 10 mail ; comment
              ) TXT "quoted \" \200" x
            $GENERATE 1-9/2 g${1,2,x} A 10.0.0.$
            $INCLUDE other sub
            b TYPE65500 \# 2 00ff
            $TTL 0
            @ 1w IN TXT ""
            \000.\.x IN 5 A 192.0.2.4

            """##
        let control = """
            east REGION at=39,-77 covers=continent:NA,GB check=tcp:80 interval=2s
            east A 127.0.1.1
            n 60 IN STEER geo east=4 within=5km net=::/0:east fence=GB
            _http._tcp.east POOL balance=round-robin check=http:/x
             SRV 0 5 80 east

            """
        let structure = """
            c NS x.c
            x.c A 192.0.2.5
            d DNAME e
            *.w HTTPS 1 . alpn="h2,h3"
            l CNAME m
            m CNAME l

            """
        return [forms, control, structure, records, "$INCLUDE self\n", "$INCLUDE gone\n"].map {
            Array((head + $0).utf8)
        }
    }

    static var recordSeeds: [[UInt8]] {
        sampleRecords.compactMap { name, text in
            guard let type = RRType(name), let index = RDataCheck.types.firstIndex(of: type) else { return nil }
            return [UInt8(index)] + Array(text.utf8)
        }
    }

    /// A record of each type.
    static let sampleRecords: [(type: String, text: String)] = samples.split(separator: "\n").map { line in
        let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
        return (parts[0], parts.count == 2 ? parts[1] : "")
    }

    private static let samples = ##"""
        A 192.0.2.1
        NS ns1
        CNAME www
        PTR www
        HINFO "PC" Linux
        MX 10 mail
        TXT "a b" c "\"\\\000"
        RP admin\.x people
        AFSDB 1 afs
        X25 311061700956
        ISDN 150862028003217 004
        RT 10 relay
        KEY 256 3 8 AQPJ////4Q==
        AAAA 2001:db8::1
        LOC 52 14 05.000 N 00 08 50.000 E 10.00m 10m 100m 10m
        SRV 0 5 8080 app
        NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:a@b!" .
        KX 10 kx
        CERT PKIX 65535 RSASHA256 MxFcby9k
        DNAME example.net.
        APL 1:192.0.2.0/24 !2:2001:db8::/32
        DS 60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118
        SSHFP 2 1 123456789abcdef67890123456789abcdef67890
        RRSIG A 5 3 86400 20300322173103 20290220173103 2642 example.com. oJB1W6WNGv==
        NSEC host.example.com. A MX RRSIG NSEC TYPE1234
        DNSKEY 256 3 5 AQPSKmynfzW4kyBv015MUG2DeIQ3
        DHCID AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=
        NSEC3 1 1 12 aabbccdd 2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG
        NSEC3PARAM 1 0 12 -
        TLSA 3 1 1 0123456789abcdef
        SMIMEA 3 1 1 0123456789abcdef
        HIP 2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc5EMzxTs9LBPCIkOFH8cI rvs.example.com.
        CDS 0 0 0 00
        CDNSKEY 0 3 0 AA==
        OPENPGPKEY mQENBFVHm5sBCADKIfnUQn6xRYL4ghjdPy8Dow==
        CSYNC 66 3 A NS AAAA
        ZONEMD 2018031500 1 1 FEBE3D4CE2EC2FFA4BA99D46CD69D6D29711E55217057BEE
        SVCB 16 foo.example.org. mandatory=alpn alpn=h2,"f\\\\oo\\,bar" ipv4hint=192.0.2.1 key667="hello\210qoo"
        HTTPS 1 . alpn=h3,h2 no-default-alpn port=8443 ech=AAAA ipv6hint=2001:db8::1 dohpath=/q{?dns}
        SPF "v=spf1 -all"
        NID 10 0014:4fff:ff20:ee64
        L32 10 10.1.2.0
        L64 10 2001:0DB8:1140:1000
        LP 10 l64
        EUI48 00-00-5e-00-53-2a
        EUI64 00-00-5e-ef-10-00-00-2a
        URI 10 1 "https://www.example.com/"
        CAA 0 issue "ca.example.net; policy=ev"
        REGION at=53.34,-6.26 covers=EU,GB check=https:443/lb-health interval=2s capacity=20000
        STEER weighted a=90 b=10 when-down=none
        POOL balance=least-connections check=http:/health interval=5s fails=3 passes=2
        TYPE65534 \# 4 0A000001
        """##
}
