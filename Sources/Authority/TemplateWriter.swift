import DNSWire

/// Renders the sections of one response, with name compression (RFC 1035 section 4.1.4).
///
/// One writer is reused for many templates, so that rendering a large zone does not allocate for each answer.
struct TemplateWriter {
    /// Whose name a record's owner is.
    enum Owner {
        /// The QNAME, whatever it is: the pointer to offset 12.
        case queryName
        /// A name in wire form.
        case name(ArraySlice<UInt8>)
    }

    /// The sections of a message after the question.
    enum Section {
        case answer
        case authority
        /// Additional records that make the answer truncated when they do not fit.
        case requiredAdditional
        /// Additional records that are left out when they do not fit.
        case optionalAdditional
    }

    /// The octets after the question.
    private(set) var body: [UInt8] = []
    /// Where the body will stand in the message.
    private(set) var base = 0
    /// Octets of the name that the response is rendered for.
    private(set) var questionLength = 0
    /// Whether the template serves names of several lengths, so that pointers must be listed.
    private(set) var isShifting = false
    /// Offsets within the body of the pointers that move with the length of the QNAME.
    private(set) var patches: [UInt16] = []
    /// Counts and flags.
    var template = Template()
    /// Octets of the body up to the optional records; `nil` when there are none.
    private(set) var requiredLength: Int?

    /// Names written so far: offset in the message, and the range of the wire form in `nameOctets`.
    private var known: [(offset: Int, range: Range<Int>)] = []
    private var nameOctets: [UInt8] = []
    /// Whether the suffixes of the question, which is first in `nameOctets`, are among those known.
    private var hasLearnedQuestion = true

    /// The last offset a pointer may lead to, with room for the longest shift.
    private static let lastTarget = 0x3FFF - 255

    /// Starts a response.
    ///
    /// - Parameters:
    ///   - question: the QNAME, or with `isShifting` the shortest suffix that all QNAMEs of the template share.
    ///   - isShifting: whether the template is for names of several lengths that end in `question`.
    mutating func begin(question: ArraySlice<UInt8>, isShifting: Bool = false) {
        body.removeAll(keepingCapacity: true)
        patches.removeAll(keepingCapacity: true)
        known.removeAll(keepingCapacity: true)
        nameOctets.removeAll(keepingCapacity: true)
        template = Template()
        requiredLength = nil
        questionLength = question.count
        base = 12 + question.count + 4
        self.isShifting = isShifting
        nameOctets.append(contentsOf: question)
        hasLearnedQuestion = false
    }

    /// Appends one record.
    mutating func append(
        _ owner: Owner,
        type: RRType,
        ttl: UInt32,
        rdata: ArraySlice<UInt8>,
        in section: Section
    ) {
        switch section {
        case .answer: template.answerCount += 1
        case .authority: template.authorityCount += 1
        case .requiredAdditional:
            template.additionalCount += 1
            template.requiredAdditionalCount += 1
        case .optionalAdditional:
            if requiredLength == nil { requiredLength = body.count }
            template.additionalCount += 1
        }
        switch owner {
        case .queryName: body.append(uint16: 0xC00C)
        case .name(let name): append(name: name)
        }
        body.append(uint16: type.rawValue)
        body.append(uint16: RRClass.in.rawValue)
        body.append(uint32: ttl)
        let lengthOffset = body.count
        body.append(uint16: 0)
        append(rdata: rdata, type: type)
        body.put(uint16: UInt16(truncatingIfNeeded: body.count - lengthOffset - 2), at: lengthOffset)
    }

    // MARK: - Names

    /// Appends RDATA; names are compressed only in the types of RFC 1035 (RFC 3597 section 4).
    private mutating func append(rdata: ArraySlice<UInt8>, type: RRType) {
        var rest = rdata
        switch type {
        case .ns, .cname, .ptr:
            append(name: rest)
            return
        case .mx where rest.count > 2:
            body.append(contentsOf: rest.prefix(2))
            append(name: rest.dropFirst(2))
            return
        case .soa:
            for _ in 0..<2 {
                let end = Self.nameEnd(rest)
                append(name: rest[rest.startIndex..<end])
                rest = rest[end...]
            }
        default:
            break
        }
        body.append(contentsOf: rest)
    }

    /// Appends a name, the end of it as a pointer where it was written before.
    private mutating func append(name: ArraySlice<UInt8>) {
        if !hasLearnedQuestion {
            hasLearnedQuestion = true
            learn(0..<questionLength, at: 12, upTo: questionLength)
        }
        var index = name.startIndex
        while index < name.endIndex, name[index] != 0 {
            if let target = target(of: name[index...]) {
                if isShifting { patches.append(UInt16(truncatingIfNeeded: body.count)) }
                body.append(uint16: 0xC000 | UInt16(target))
                learn(name, upTo: index, endingAt: body.count - 2)
                return
            }
            let end = min(index + 1 + Int(name[index]), name.endIndex)
            body.append(contentsOf: name[index..<end])
            index = end
        }
        body.append(0)
        learn(name, upTo: index, endingAt: body.count - 1)
    }

    /// Where in the message `suffix` was written before.
    private func target(of suffix: ArraySlice<UInt8>) -> Int? {
        for entry in known where entry.range.count == suffix.count {
            let matches = zip(nameOctets[entry.range], suffix).allSatisfy { asciiLowercased($0) == asciiLowercased($1) }
            if matches { return entry.offset }
        }
        return nil
    }

    /// Remembers the suffixes of a name that was just written in full up to `index`.
    private mutating func learn(_ name: ArraySlice<UInt8>, upTo index: Int, endingAt end: Int) {
        learn(name, at: base + end - (index - name.startIndex), upTo: index)
    }

    /// Remembers that the octets of `name` up to `limit` start at `offset` of the message.
    private mutating func learn(_ name: ArraySlice<UInt8>, at offset: Int, upTo limit: Int) {
        let start = nameOctets.count
        nameOctets.append(contentsOf: name)
        learn(start..<nameOctets.count, at: offset, upTo: start + limit - name.startIndex)
    }

    /// Remembers the suffixes of a name in `nameOctets`, those that start before `limit`.
    private mutating func learn(_ name: Range<Int>, at offset: Int, upTo limit: Int) {
        var index = name.lowerBound
        while index < limit, nameOctets[index] != 0 {
            let target = offset + index - name.lowerBound
            guard target <= Self.lastTarget else { return }
            known.append((target, index..<name.upperBound))
            index += 1 + Int(nameOctets[index])
        }
    }

    /// The index after the name at the start of `octets`.
    static func nameEnd(_ octets: ArraySlice<UInt8>) -> Int {
        var index = octets.startIndex
        while index < octets.endIndex, octets[index] != 0 { index += 1 + Int(octets[index]) }
        return min(index + 1, octets.endIndex)
    }
}
