import DNSWire

// The directives: $ORIGIN and $INCLUDE (RFC 1035 section 5.1), $TTL (RFC 2308 section 4), $GENERATE (as BIND has it).

extension ZoneFileParser {
    /// How deep files may include each other.
    private static let maximumDepth = 16
    /// How many files a zone may have in all.
    private static let maximumFiles = 1000
    /// How many records `$GENERATE` may make in one zone.
    private static let maximumGenerated = 1 << 20
    /// How many octets of text these may have: 128 for each of the most records.
    private static let maximumGeneratedOctets = 1 << 27

    /// Obeys the entry, whose first field starts with `$`.
    mutating func parseDirective(_ tokens: [PresentationToken], in octets: [UInt8], at site: Site) {
        guard let first = tokens.first else { return }
        let name = EntryHeader.shown(octets[first.range])
        switch name.uppercased() {
        case "$ORIGIN":
            guard hasFields(1...1, of: "$ORIGIN NAME", tokens, at: site) else { return }
            if let name = self.name(tokens[1], in: octets, at: site) { origin = name }
        case "$TTL":
            guard hasFields(1...1, of: "$TTL TTL", tokens, at: site) else { return }
            guard let ttl = parseTTL(octets[tokens[1].range]) else {
                let text = EntryHeader.shown(octets[tokens[1].range])
                let hint = "seconds up to 2147483647, or units as in 1h30m"
                return report(.badTTL, at: site, token: tokens[1], "'\(text)' is no TTL", hint: hint)
            }
            defaultTTL = ttl
        case "$INCLUDE":
            guard hasFields(1...2, of: "$INCLUDE FILE [ORIGIN]", tokens, at: site) else { return }
            include(tokens, in: octets, at: site)
        case "$GENERATE":
            guard hasFields(4...256, of: "$GENERATE START-STOP[/STEP] OWNER [TTL] [CLASS] TYPE RDATA", tokens, at: site)
            else { return }
            generate(tokens, in: octets, at: site)
        default:
            let known = ["$ORIGIN", "$TTL", "$INCLUDE", "$GENERATE"]
            let suggestion = closestMatch(to: name.uppercased(), in: known)
            let hint =
                suggestion.map { "did you mean '\($0)'?" }
                ?? "the directives are \(known.joined(separator: " ")); an owner name starting with $ is written \\$"
            report(.unknownDirective, at: site, "unknown directive '\(name)'", hint: hint)
        }
    }

    /// Whether as many fields follow as the directive wants; reports it when not.
    private mutating func hasFields(
        _ range: ClosedRange<Int>,
        of usage: String,
        _ tokens: [PresentationToken],
        at site: Site
    ) -> Bool {
        if range.contains(tokens.count - 1) { return true }
        let surplus = tokens.count - 1 > range.upperBound
        report(
            .badDirective,
            at: site,
            token: surplus ? tokens[range.upperBound + 1] : tokens[0],
            surplus ? "more fields than the directive has" : "a field is missing",
            hint: usage
        )
        return false
    }

    /// A field as a name; reports it when it is none.
    private mutating func name(_ token: PresentationToken, in octets: [UInt8], at site: Site) -> DomainName? {
        do throws(DomainNameError) {
            return try DomainName(presentation: octets[token.range], origin: origin)
        } catch {
            report(.badDirective, at: site, token: token, "\(error)")
            return nil
        }
    }

    // MARK: - $INCLUDE

    /// Reads another file here; its `$ORIGIN` and owners end with it, its `$TTL` does not.
    private mutating func include(_ tokens: [PresentationToken], in octets: [UInt8], at site: Site) {
        var inner = origin
        if tokens.count > 2 {
            guard let name = self.name(tokens[2], in: octets, at: site) else { return }
            inner = name
        }
        let written = String(decoding: octets[tokens[1].range], as: UTF8.self)
        let path = FileAccess.resolve(written, from: zone.sources[site.file].path)
        var depth = 0
        var includer: Int? = site.file
        while let file = includer {
            guard zone.sources[file].path != path else {
                return report(.includeLimit, at: site, token: tokens[1], "'\(written)' includes itself")
            }
            depth += 1
            includer = zone.sources[file].includedFrom?.file
        }
        guard depth <= Self.maximumDepth else {
            let message = "files are included more than \(Self.maximumDepth) deep"
            return report(.includeLimit, at: site, token: tokens[1], message)
        }
        guard zone.sources.count < Self.maximumFiles else {
            return report(.includeLimit, at: site, token: tokens[1], "more than \(Self.maximumFiles) files in one zone")
        }
        let read: [UInt8]
        switch loader(path) {
        case .octets(let octets): read = octets
        case .unreadable(let reason):
            let hint = path == written ? nil : "it is looked for beside the including file, at \(path)"
            return report(.includeFailed, at: site, token: tokens[1], "'\(written)': \(reason)", hint: hint)
        }
        guard zone.sources.reduce(read.count, { $0 + $1.octets.count }) <= FileAccess.maximumSize else {
            let message = "the zone's files are \(FileAccess.sizeLimit)"
            return report(.zoneTooLarge, at: site, token: tokens[1], message)
        }
        zone.sources.append(SourceFile(path: path, octets: read, includedFrom: (site.file, site.offset)))
        let outer = origin
        origin = inner
        parseFile(zone.sources.count - 1)
        origin = outer
    }

    // MARK: - $GENERATE

    /// Makes a record for each number of a range.
    private mutating func generate(_ tokens: [PresentationToken], in octets: [UInt8], at site: Site) {
        let range: GenerateRange
        let template: GenerateTemplate
        do {
            range = try GenerateRange(octets[tokens[1].range])
            template = try GenerateTemplate(tokens[2...], in: octets)
        } catch {
            let token = tokens.indices.contains(error.token) ? tokens[error.token] : tokens[1]
            return report(.badGenerate, at: site, token: token, error.message, hint: error.hint)
        }
        guard range.count <= Self.maximumGenerated - generated else {
            let message = "$GENERATE makes more than \(Self.maximumGenerated) records in this zone"
            return report(.generateLimit, at: site, token: tokens[1], message)
        }
        generated += range.count
        let site = Site(file: site.file, offset: site.offset, isGenerated: true)
        let errors = findings.errorCount
        var fields: [PresentationToken] = []
        // The first record with an error ends it: the others will have the same.
        for number in range.numbers where findings.errorCount == errors {
            guard let text = template.render(number) else {
                return report(.badGenerate, at: site, "\(number) with its offset is below 0 or too large")
            }
            generatedOctets += text.count
            guard generatedOctets <= Self.maximumGeneratedOctets else {
                let message = "$GENERATE makes more than \(Self.maximumGeneratedOctets >> 20) MiB of text in this zone"
                return report(.generateLimit, at: site, message)
            }
            var lexer = ZoneFileLexer(text)
            do {
                guard try lexer.next(into: &fields) != nil else { return }
                parseRecord(fields, in: text, startsBlank: false, at: site)
            } catch {
                report(error.code, at: site, error.message, hint: error.hint)
            }
        }
    }
}
