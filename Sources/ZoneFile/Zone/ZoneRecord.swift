package import DNSWire

/// One record of a zone, as a view of the zone's storage.
package struct ZoneRecord: Sendable {
    let zone: Zone
    /// The index of the record in the order written.
    package let index: Int

    private var entry: Zone.RecordEntry { zone.records[index] }
    private var rrset: Zone.RRsetEntry { zone.rrsets[Int(entry.rrset)] }

    /// The owner name with the case of its first use in the file.
    package var owner: DomainName { DomainName(validated: Array(ownerWire)) }
    /// The owner name in wire form.
    package var ownerWire: ArraySlice<UInt8> { zone.wire(at: Int(zone.names[Int(rrset.name)].octets)) }
    /// The type.
    package var type: RRType { rrset.type }
    /// The TTL of the RRset in seconds: the lowest that any of its records has.
    package var ttl: UInt32 { rrset.ttl }
    /// The RDATA in wire form, names in it uncompressed.
    package var rdata: ArraySlice<UInt8> {
        zone.octets[Int(entry.rdata)..<(Int(entry.rdata) + Int(entry.rdataLength))]
    }

    /// Where the record's entry is; takes time in proportion to the file before it.
    package var position: SourcePosition { zone.position(file: Int(entry.file), offset: Int(entry.offset)) }

    /// The line of the entry as a finding shows it.
    var excerpt: Finding.Excerpt? { zone.excerpt(file: Int(entry.file), offset: Int(entry.offset)) }

    /// The offset in its file of the RDATA's field `field`, counted from 0; of the entry itself when there is no such
    /// field, as for a record from `$GENERATE` or one written by RFC 3597.
    func offset(ofField field: Int) -> Int {
        let octets = zone.sources[Int(entry.file)].octets
        let start = zone.sources[Int(entry.file)].lineStart(before: Int(entry.offset))
        var lexer = ZoneFileLexer(octets, offset: start)
        var tokens: [PresentationToken] = []
        var mnemonics = TypeMnemonics()
        guard let written = try? lexer.next(into: &tokens),
            let header = try? EntryHeader(
                tokens,
                in: octets,
                startsBlank: written.startsBlank,
                mnemonics: &mnemonics
            ),
            header.type == type, tokens.indices.contains(header.rdataStart + field),
            !octets[tokens[header.rdataStart].range].elementsEqual("\\#".utf8)
        else { return Int(entry.offset) }
        return tokens[header.rdataStart + field].start
    }

    /// A finding at the record, or at a field of its RDATA.
    func finding(_ code: FindingCode, _ message: String, hint: String? = nil, field: Int? = nil) -> Finding {
        let offset = field.map { self.offset(ofField: $0) } ?? Int(entry.offset)
        return Finding(
            code,
            message,
            hint: hint,
            at: zone.position(file: Int(entry.file), offset: offset),
            excerpt: zone.excerpt(file: Int(entry.file), offset: offset)
        )
    }
}

extension PresentationToken {
    /// Where the field starts in the file, its quote included.
    var start: Int { isQuoted ? range.lowerBound - 1 : range.lowerBound }
}

extension Zone {
    /// The position of an octet of one of the files.
    func position(file: Int, offset: Int) -> SourcePosition {
        let source = sources[file]
        let (line, column) = source.lineAndColumn(of: offset)
        var chain: [SourcePosition] = []
        var site = source.includedFrom
        while let (includer, place) = site {
            let (line, column) = sources[includer].lineAndColumn(of: place)
            chain.append(SourcePosition(file: sources[includer].path, line: line, column: column))
            site = sources[includer].includedFrom
        }
        return SourcePosition(file: source.path, line: line, column: column, includedFrom: chain)
    }

    /// The line that holds an octet of one of the files; `nil` once the files are released.
    func excerpt(file: Int, offset: Int) -> Finding.Excerpt? {
        sources[file].octets.isEmpty ? nil : sources[file].excerpt(at: offset)
    }
}
