import DNSWire
import Testing

@Suite struct QueryTests {
    /// `www.example.com A` with header counts as given and `rest` after the question.
    private static func message(
        flags: UInt16 = 0x0100,
        counts: [UInt16] = [1, 0, 0, 0],
        name: [UInt8] = [3, 0x57, 0x77, 0x77, 7] + Array("eXample".utf8) + [3] + Array("com".utf8) + [0],
        rest: [UInt8] = []
    ) -> [UInt8] {
        ([0xABCD, flags] + counts).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } + name + [0, 1, 0, 1] + rest
    }

    private static func opt(
        owner: [UInt8] = [0],
        version: UInt8 = 0,
        flags: UInt8 = 0,
        size: UInt16 = 1400,
        options: [UInt8] = []
    ) -> [UInt8] {
        owner + [0, 41, UInt8(size >> 8), UInt8(size & 0xFF), 0, version, flags, 0]
            + [UInt8(options.count >> 8), UInt8(options.count & 0xFF)] + options
    }

    /// What a query says, as values that can be passed around.
    struct Fields {
        struct Name {
            var length: Int
            var labelCount: Int
            var octets: [UInt8]
            var labelOffsets: [Int]
        }

        var id: UInt16
        var flags: HeaderFlags
        var type: RRType
        var `class`: RRClass
        var questionEnd: Int
        var hasEDNS: Bool
        var payloadSize: UInt16
        var dnssecOK: Bool
        var hasClientSubnet: Bool
        var clientSubnet: ClientSubnet
        var name: Name

        init(_ query: borrowing Query) {
            id = query.id
            flags = query.flags
            type = query.type
            `class` = query.class
            questionEnd = query.questionEnd
            hasEDNS = query.hasEDNS
            payloadSize = query.payloadSize
            dnssecOK = query.dnssecOK
            hasClientSubnet = query.hasClientSubnet
            clientSubnet = query.clientSubnet
            name = Name(length: query.name.length, labelCount: query.name.labelCount, octets: [], labelOffsets: [])
            for index in 0..<query.name.length { name.octets.append(query.name[index]) }
            for label in 0..<query.name.labelCount { name.labelOffsets.append(query.name.offset(ofLabel: label)) }
        }
    }

    /// What was read of a message; a query itself cannot be copied.
    private struct Reading {
        var fault: Query.Fault?
        var id: UInt16
        var flags: UInt16
        var type: RRType
        var rrClass: RRClass
        var questionEnd: Int
        var hasEDNS: Bool
        var payloadSize: UInt16
        var dnssecOK: Bool
        /// The source prefix-length; `nil` without the option.
        var subnetLength: UInt8?
        /// QNAME in wire form.
        var name: [UInt8]
        /// Where the suffixes of QNAME start, the root label last.
        var suffixes: [Int]

        init(_ query: borrowing Query, _ fault: Query.Fault?) {
            self.fault = fault
            (id, flags, type, rrClass) = (query.id, query.flags.rawValue, query.type, query.class)
            (questionEnd, hasEDNS, payloadSize) = (query.questionEnd, query.hasEDNS, query.payloadSize)
            dnssecOK = query.dnssecOK
            subnetLength = query.hasClientSubnet ? query.clientSubnet.sourceLength : nil
            name = []
            suffixes = []
            for index in 0..<query.name.length { name.append(query.name[index]) }
            for label in 0...query.name.labelCount { suffixes.append(query.name.suffix(fromLabel: label)) }
        }
    }

    private static func read(_ message: [UInt8]) -> Reading {
        var query = Query()
        let fault = query.read(message.span)
        return Reading(query, fault)
    }

    @Test func theQuestionIsRead() throws {
        let query = Self.read(Self.message())
        #expect(query.fault == nil)
        #expect(query.id == 0xABCD && query.flags == 0x0100)
        #expect(query.type == .a && query.rrClass == .in)
        #expect(query.questionEnd == 33)
        #expect(!query.hasEDNS && query.subnetLength == nil && query.payloadSize == 0)
        // The name is in lower case.
        #expect(query.name == (try DomainName("www.example.com").wire))
        #expect(query.suffixes == [0, 4, 12, 16])
    }

    @Test(arguments: [
        // Nothing to answer.
        ([], Query.Fault.dropped), ([UInt8](repeating: 0, count: 11), .dropped), (message(flags: 0x8000), .dropped),
        (message(flags: 0xF800), .dropped),
        // Other opcodes, of which nothing more is read.
        (message(flags: 0x0800), .notImp), (message(flags: 0x2000, counts: [0, 0, 0, 0]), .notImp),
        (message(flags: 0x7800), .notImp),
        // Counts.
        (message(counts: [0, 0, 0, 0]), .formErr), (message(counts: [2, 0, 0, 0]), .formErr),
        (message(counts: [1, 1, 0, 0]), .formErr),
        (message(counts: [1, 0, 1, 0]), .formErr), (message(counts: [1, 0, 0, 1]), .formErr),
        (message(counts: [1, 0, 0, 65_535], rest: opt()), .formErr),
        // Names.
        (message(name: [64] + [UInt8](repeating: 0x61, count: 64) + [0]), .formErr),
        (message(name: [0xC0, 12]), .formErr),
        (message(name: [3, 0x77, 0x77, 0x77, 0xC0, 12]), .formErr),
        (message(name: [UInt8](repeating: 1, count: 300) + [0]), .formErr),
        (Array(message().dropLast(1)), .formErr), (Array(message().prefix(20)), .formErr),
        (Array(message().prefix(12)), .formErr),
        // OPT.
        (message(counts: [1, 0, 0, 1], rest: opt(owner: [1, 0x61, 0])), .formErr),
        (message(counts: [1, 0, 0, 2], rest: opt() + opt()), .formErr),
        (message(counts: [1, 0, 0, 1], rest: opt(version: 1)), .badVers),
        (message(counts: [1, 0, 0, 1], rest: Array(opt(options: [0, 3, 0, 0]).dropLast())), .formErr),
        (message(counts: [1, 0, 0, 1], rest: opt(options: [0, 3, 0])), .formErr),
        (message(counts: [1, 0, 0, 1], rest: opt(options: [0, 3, 0, 1])), .formErr),
        (message(counts: [1, 0, 0, 1], rest: opt(options: [0, 8, 0, 4, 0, 9, 0, 0])), .formErr),
        (message(counts: [1, 0, 0, 1], rest: Array(opt().prefix(10))), .formErr),
    ])
    func faultsAreTold(message: [UInt8], fault: Query.Fault) {
        #expect(Self.read(message).fault == fault)
    }

    @Test func aFaultKeepsWhatItsAnswerNeeds() {
        let query = Self.read(Self.message(counts: [1, 0, 0, 1], rest: Self.opt(version: 3, flags: 0x80)))
        #expect(query.fault == .badVers)
        #expect(query.id == 0xABCD && query.questionEnd == 33 && query.hasEDNS && query.dnssecOK)
        let other = Self.read(Self.message(counts: [2, 0, 0, 0]))
        #expect(other.fault == .formErr)
        #expect(other.questionEnd == 12 && !other.hasEDNS)
    }

    @Test func ednsIsRead() {
        let subnet: [UInt8] = [0, 8, 0, 7, 0, 1, 24, 0, 192, 0, 2]
        let options = [0xFD, 0xE9, 0, 2, 1, 2] + subnet + [0, 4, 0, 0]
        let query = Self.read(Self.message(counts: [1, 0, 0, 1], rest: Self.opt(flags: 0x80, options: options)))
        #expect(query.fault == nil)
        #expect(query.hasEDNS && query.payloadSize == 1400 && query.dnssecOK && query.subnetLength == 24)
    }

    /// Other records in the additional section are passed over, compressed names among them.
    @Test func otherAdditionalRecordsArePassedOver() {
        let record: [UInt8] = [1, 0x61, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]
        let query = Self.read(Self.message(counts: [1, 0, 0, 3], rest: record + Self.opt() + record))
        #expect(query.fault == nil)
        #expect(query.hasEDNS)
    }

    @Test func nothingOfTheQueryBeforeIsLeft() {
        var query = Query()
        let full = Self.message(
            counts: [1, 0, 0, 1],
            rest: Self.opt(flags: 0x80, options: [0, 8, 0, 7, 0, 1, 24, 0, 192, 0, 2, 0, 3, 0, 0])
        )
        let plain = Self.message(name: [0])
        let faults = [query.read(full.span), query.read(plain.span)]
        let reading = Reading(query, nil)
        #expect(faults == [nil, nil])
        #expect(!reading.hasEDNS && !reading.dnssecOK && reading.subnetLength == nil && reading.payloadSize == 0)
        #expect(reading.name == [0] && reading.suffixes == [0] && reading.questionEnd == 17)
    }

    @Test func theLongestNameIsReadAndOneLongerIsNot() {
        let label = [63] + [UInt8](repeating: 0x61, count: 63)
        for (last, fault) in [(61, nil), (62, Query.Fault.formErr)] {
            let name = label + label + label + [UInt8(last)] + [UInt8](repeating: 0x62, count: last) + [0]
            #expect(Self.read(Self.message(name: name)).fault == fault)
        }
        let deepest = [[UInt8]](repeating: [1, 0x61], count: 127).flatMap { $0 }
        let query = Self.read(Self.message(name: deepest + [0]))
        #expect(query.name == deepest + [0])
        #expect(query.suffixes == (0...127).map { 2 * $0 })
        #expect(Self.read(Self.message(name: deepest + [1, 0x61, 0])).fault == .formErr)
    }

    @Test func everyPrefixOfAMessageIsAFault() {
        let whole = Self.message(counts: [1, 0, 0, 1], rest: Self.opt(options: [0, 8, 0, 7, 0, 1, 24, 0, 192, 0, 2]))
        for length in 0..<whole.count {
            #expect(Self.read(Array(whole.prefix(length))).fault == (length < 12 ? .dropped : .formErr))
        }
        #expect(Self.read(whole).fault == nil)
    }
}
