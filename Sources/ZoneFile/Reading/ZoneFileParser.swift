import DNSWire

/// Turns the entries of a zone file, and of the files it includes, into the records of a zone.
struct ZoneFileParser {
    /// Where an entry stands: the file and, for findings, either the offsets of its own fields or one offset for all.
    struct Site {
        /// The index of the file in ``Zone/sources``.
        var file: Int
        /// The offset of the entry's first field.
        var offset: Int
        /// Whether the fields were made by `$GENERATE`, so that their offsets mean nothing in the file.
        var isGenerated = false

        /// The offset to show for a field.
        func offset(of token: PresentationToken?) -> Int {
            isGenerated ? offset : token?.start ?? offset
        }
    }

    var zone: Zone
    var findings = FindingCollector()
    let loader: ZoneFileReader.Loader

    /// What relative names are completed with. An included file has its own.
    var origin: DomainName
    /// `$TTL`
    var defaultTTL: UInt32?
    /// The TTL of the record before, or the minimum of an SOA without TTL.
    private var lastTTL: UInt32?
    /// The owner name of the entry before in this file, in wire form; empty when there is none.
    private var owner: [UInt8] = []
    /// Whether the owner was bad, so that entries with a blank owner are passed over without another report.
    private var isOwnerBad = false
    /// The index of ``owner`` in the zone, once a record was added to it.
    private var ownerIndex: UInt32?
    private var mnemonics = TypeMnemonics()
    private var duplicates = DuplicateFinder()
    /// RRsets whose TTL mismatch was already reported.
    private var mismatched: Set<UInt32> = []
    /// The records that `$GENERATE` has made.
    var generated = 0
    /// The octets of the entries that `$GENERATE` has made.
    var generatedOctets = 0

    init(_ file: SourceFile, origin: DomainName, loader: @escaping ZoneFileReader.Loader) {
        let lines = file.octets.count { $0 == newline }
        zone = Zone(origin: origin, expecting: lines, octets: file.octets.count)
        zone.sources = [file]
        self.origin = origin
        self.loader = loader
    }

    /// Reads everything.
    mutating func parse() -> ZoneFileReader.Outcome {
        parseFile(0)
        zone.isPartial = findings.hasErrors
        return ZoneFileReader.Outcome(
            zone: findings.hasErrors ? nil : zone,
            findings: findings.concluded(file: zone.sources[0].path),
            remains: findings.hasErrors ? zone : nil
        )
    }

    /// Reads the entries of one file, which starts without an owner; the owner before is restored after it.
    mutating func parseFile(_ file: Int) {
        let outer = (owner, ownerIndex, isOwnerBad)
        (owner, ownerIndex, isOwnerBad) = ([], nil, false)
        defer { (owner, ownerIndex, isOwnerBad) = outer }
        var lexer = ZoneFileLexer(zone.sources[file].octets)
        var tokens: [PresentationToken] = []
        while true {
            do {
                guard let entry = try lexer.next(into: &tokens) else { return }
                let site = Site(file: file, offset: entry.offset)
                if !entry.startsBlank, lexer.octets[entry.offset] == UInt8(ascii: "$") {
                    parseDirective(tokens, in: lexer.octets, at: site)
                } else {
                    parseRecord(tokens, in: lexer.octets, startsBlank: entry.startsBlank, at: site)
                }
            } catch {
                report(error.code, at: Site(file: file, offset: error.offset), error.message, hint: error.hint)
                lexer.recover(from: error)
            }
        }
    }

    // MARK: - Records

    /// Reads a record's entry and adds the record.
    mutating func parseRecord(_ tokens: [PresentationToken], in octets: [UInt8], startsBlank: Bool, at site: Site) {
        // The owner counts for the next entry even when the rest of this one is broken.
        if !startsBlank, let first = tokens.first { setOwner(first, in: octets, at: site) }
        if isOwnerBad { return }
        let header: EntryHeader
        do {
            header = try EntryHeader(tokens, in: octets, startsBlank: startsBlank, mnemonics: &mnemonics)
        } catch {
            report(error.code, at: site, token: tokens[error.token], error.message, hint: error.hint)
            return
        }
        guard !owner.isEmpty else {
            report(.noOwner, at: site, "no record in this file precedes whose owner a blank could stand for")
            return
        }
        guard zone.octets.count < Int(UInt32.max) - (1 << 20) else {
            report(.zoneTooLarge, at: site, "a zone may hold 4 GiB of names and RDATA")
            return
        }
        let start = zone.octets.count
        var scanner = PresentationScanner(source: octets, tokens: tokens[header.rdataStart...], origin: origin)
        do {
            try RData.parse(header.type, from: &scanner, into: &zone.octets)
        } catch {
            zone.octets.removeSubrange(start...)
            report(
                error.kind.code,
                at: site,
                token: tokens.indices.contains(error.token) ? tokens[error.token] : tokens.last,
                "\(header.type): \(error.kind.message)",
                hint: error.kind.hint
            )
            return
        }
        guard let ttl = ttl(for: header, rdata: start) else {
            zone.octets.removeSubrange(start...)
            report(
                .noTTL,
                at: site,
                "the record has no TTL and none precedes",
                hint: "put $TTL 3600 before the records"
            )
            return
        }
        add(header.type, ttl: ttl, rdata: start..<zone.octets.count, at: site)
    }

    /// Makes a field the owner of this and the next entries; reports it when it is no name or lies outside the zone.
    private mutating func setOwner(_ token: PresentationToken, in octets: [UInt8], at site: Site) {
        isOwnerBad = true
        var name: [UInt8] = []
        name.reserveCapacity(token.range.count + origin.wire.count + 2)
        do throws(DomainNameError) {
            guard try DomainName.append(presentation: octets[token.range], origin: origin, to: &name) > 0 else {
                throw .emptyLabel
            }
        } catch {
            report(.badOwner, at: site, token: token, "owner name: \(error)")
            return
        }
        guard DomainName(validated: name).isSubdomain(of: zone.origin) else {
            let message = "\(DomainName(validated: name)) is not in the zone \(zone.origin)"
            report(
                .outOfZone,
                at: site,
                token: token,
                message,
                hint: "a name without a final dot is completed with the origin, here \(origin)"
            )
            return
        }
        isOwnerBad = false
        guard name != owner else { return }
        owner = name
        ownerIndex = nil
    }

    /// The TTL of a record: as written, else `$TTL`, else that of the record before, else the SOA's minimum.
    private mutating func ttl(for header: EntryHeader, rdata start: Int) -> UInt32? {
        if let ttl = header.ttl ?? defaultTTL ?? lastTTL {
            if header.ttl != nil || header.type == .soa { lastTTL = ttl }
            return ttl
        }
        guard header.type == .soa, zone.octets.count - start >= 4 else { return nil }
        let minimum = zone.octets.suffix(4).reduce(0) { $0 << 8 | UInt32($1) }
        lastTTL = min(minimum, UInt32(Int32.max))
        return lastTTL
    }

    /// Adds the record whose RDATA stands at the end of the zone's octets.
    private mutating func add(_ type: RRType, ttl: UInt32, rdata: Range<Int>, at site: Site) {
        let name = ownerIndex ?? zone.intern(owner)
        ownerIndex = name
        let covered = type == .rrsig ? zone.octets[rdata].prefix(2).reduce(0) { $0 << 8 | UInt16($1) } : 0
        let rrset = zone.internRRset(name, type, covered: covered, ttl: ttl)
        let verdict = duplicates.judge(rdata, of: type, in: rrset, zone: zone)
        guard verdict == .new else {
            // The owner may have been added after the RDATA, which then stays as a gap.
            if zone.octets.count == rdata.upperBound { zone.octets.removeSubrange(rdata.lowerBound...) }
            if verdict == .duplicate {
                report(.duplicateRecord, at: site, "the same record is already there; this one is left out")
            } else {
                report(
                    .rrsetTooLarge,
                    at: site,
                    "with this record the \(type) records of one name do not fit a DNS message of 65535 octets"
                )
            }
            return
        }
        let added = zone.append(to: rrset, rdata: rdata, ttl: ttl, file: site.file, offset: site.offset)
        if added == .ttlMismatch(rrset: rrset), mismatched.insert(rrset).inserted {
            report(
                .ttlMismatch,
                at: site,
                "this \(type) record has TTL \(ttl), others of the same name do not; the lowest counts for all",
                hint: "give all records of one name and type the same TTL (RFC 2181 section 5.2)"
            )
        }
    }

    // MARK: - Reports

    /// Reports a fault of an entry at one of its fields, or at its first one.
    mutating func report(
        _ code: FindingCode,
        at site: Site,
        token: PresentationToken? = nil,
        _ message: @autoclosure () -> String,
        hint: String? = nil
    ) {
        let offset = site.offset(of: token)
        findings.add(
            code,
            Finding(
                code,
                message(),
                hint: hint,
                at: zone.position(file: site.file, offset: offset),
                excerpt: zone.excerpt(file: site.file, offset: offset)
            )
        )
    }
}

extension RDataError.Kind {
    /// What is wrong, without the suggestion.
    fileprivate var message: String {
        if case .unknownKey(let key, _) = self { "unknown key '\(key)'" } else { "\(self)" }
    }

    /// What to do about it.
    fileprivate var hint: String? {
        guard case .unknownKey(_, let suggestion) = self else { return nil }
        return suggestion.map { "did you mean '\($0)'?" }
            ?? "the options are " + SteerStrings.optionKeys.joined(separator: " ")
    }

    /// The code of the finding it becomes.
    fileprivate var code: FindingCode {
        switch self {
        case .unknownKey: .unknownKey
        case .repeatedKey: .repeatedKey
        default: .badRData
        }
    }
}
