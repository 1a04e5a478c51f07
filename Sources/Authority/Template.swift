import DNSWire

/// A response rendered up to what depends on the query: everything after the question section.
///
/// Compression pointers lead into the question, which is always at offset 12, or into the body. A template for one
/// exact name holds them ready. A template for names of several lengths (a referral, a negative answer, a wildcard)
/// is rendered as if the question were ``shortestName`` octets long; each pointer in its patch list moves by the
/// octets that the real name is longer.
///
/// A template, its patch list and its body stand in one piece:
///
///     +----------+------------------------+----------------+
///     | Template | patchCount x 16 bits   | body           |
///     +----------+------------------------+----------------+
package struct Template: BitwiseCopyable, Sendable {
    /// Pointers within the body that move with the length of the name.
    var patchCount: UInt16 = 0
    /// Octets of the body.
    package var length: UInt16 = 0
    /// Octets of the body without the additional records that may be left out.
    var requiredLength: UInt16 = 0
    var answerCount: UInt16 = 0
    var authorityCount: UInt16 = 0
    var additionalCount: UInt16 = 0
    /// Additional records that may not be left out: the in-domain glue of a referral (RFC 9471).
    var requiredAdditionalCount: UInt16 = 0
    /// Octets of the name that the template was rendered for; 0 when it has no patch list.
    var shortestName: UInt8 = 0
    /// NOERROR, NXDOMAIN or YXDOMAIN.
    var rcode: UInt8 = 0
    var isAuthoritative = true
}

/// Templates while they are being built.
struct TemplateBuilder: ~Copyable {
    private var octets = FlatArrayBuilder<UInt8>()
    /// How many there are.
    private(set) var count = 0

    /// Octets so far; the number of the next template.
    var size: Int { octets.count }

    /// Adds what `writer` holds.
    ///
    /// - Returns: the template's number, or `nil` when the response would pass 65535 octets.
    mutating func add(_ writer: borrowing TemplateWriter) -> UInt32? {
        guard writer.base + writer.body.count <= Int(UInt16.max) else { return nil }
        var template = writer.template
        template.length = UInt16(writer.body.count)
        template.requiredLength = UInt16(writer.requiredLength ?? writer.body.count)
        if writer.isShifting, !writer.patches.isEmpty {
            template.patchCount = UInt16(writer.patches.count)
            template.shortestName = UInt8(writer.questionLength)
        }
        let number = UInt32(octets.count)
        octets.append(octetsOf: template)
        if template.patchCount > 0 {
            for patch in writer.patches { octets.append(octetsOf: patch) }
        }
        octets.append(contentsOf: writer.body[...])
        count += 1
        return number
    }

    /// Adds a run of templates of a store; their numbers grow by the octets that were here before it less those before
    /// it there.
    ///
    /// - Parameter templates: how many there are in the run.
    mutating func adopt(_ store: TemplateStore, _ run: Range<Int>, templates: Int) {
        octets.append(contentsOf: store.octets, run)
        count += templates
    }

    /// The templates in the form that queries read; this builder is empty afterwards.
    mutating func freeze() -> TemplateStore {
        TemplateStore(octets: octets.freeze(), count: count)
    }
}

/// Templates as queries read them. The number of a template is where it begins.
package struct TemplateStore: Sendable {
    fileprivate let octets: FlatArray<UInt8>
    /// How many there are.
    let count: Int

    fileprivate init(octets: FlatArray<UInt8>, count: Int) {
        self.octets = octets
        self.count = count
    }

    /// Octets of memory.
    var size: Int { octets.count }

    /// Frees the storage; called by the owner.
    func deallocate() {
        octets.deallocate()
    }

    /// The template with a number.
    @inline(__always)
    package subscript(number: UInt32) -> Template { octets.load(Template.self, at: Int(number)) }

    /// The number in network order that begins so many octets before the end of a template's body.
    func uint32(_ number: UInt32, beforeEnd distance: Int) -> UInt32 {
        let template = self[number]
        let body = Int(number) + MemoryLayout<Template>.size + 2 * Int(template.patchCount)
        guard (4...Int(template.length)).contains(distance) else { return 0 }
        return octets.load(UInt32.self, at: body + Int(template.length) - distance).bigEndian
    }

    /// Copies a template's body into a response and moves its pointers.
    ///
    /// - Parameters:
    ///   - number: the number of `template`.
    ///   - length: octets of the body to copy: the template's `length` or `requiredLength`.
    ///   - nameLength: octets of the QNAME.
    ///   - response: receives the body.
    ///   - offset: just after the question.
    @inline(__always)
    package func copy(
        _ template: Template,
        _ number: UInt32,
        length: Int,
        nameLength: Int,
        into response: inout MutableSpan<UInt8>,
        at offset: Int
    ) {
        let patches = Int(number) + MemoryLayout<Template>.size
        let body = patches + 2 * Int(template.patchCount)
        octets.copy(from: body, count: length, into: &response, at: offset)
        let shift = UInt16(truncatingIfNeeded: nameLength - Int(template.shortestName))
        guard template.patchCount > 0, shift != 0 else { return }
        for index in 0..<Int(template.patchCount) {
            let patch = Int(octets.load(UInt16.self, at: patches + 2 * index))
            guard patch + 2 <= length else { continue }
            response.put(response.uint16(at: offset + patch) &+ shift, at: offset + patch)
        }
    }
}
