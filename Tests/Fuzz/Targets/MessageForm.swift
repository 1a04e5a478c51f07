import DNSWire

/// The form of a response, read without the code under test: where its records are, and what its OPT record says.
package struct MessageForm {
    struct Record: Hashable {
        /// In lower case.
        var owner: [UInt8]
        var type: UInt16
        /// 0 for answer, 1 for authority, 2 for additional.
        var section: Int
    }

    var records: [Record] = []
    /// The options of the OPT record; `nil` without one.
    var options: [(code: UInt16, data: [UInt8])]?
    var extendedRCode: UInt16 = 0
    /// Where the question ends; 12 without one.
    var questionEnd = 12
    private let octets: [UInt8]
    private var offset = 12

    /// Takes a message apart.
    ///
    /// - Throws: ``BrokenRule`` unless every octet of it has its place.
    package init(_ octets: [UInt8]) throws(BrokenRule) {
        self.octets = octets
        try require(octets.count >= 12, "the response is shorter than a header")
        let counts = (0..<4).map { number(at: 4 + 2 * $0) }
        try require(counts[0] <= 1, "the response has \(counts[0]) questions")
        if counts[0] == 1 {
            _ = try name()
            offset += 4
            questionEnd = offset
        }
        for section in 0..<3 {
            for _ in 0..<counts[section + 1] { try record(in: section) }
        }
        try require(offset == octets.count, "the response ends at \(offset) of \(octets.count)")
    }

    private func number(at place: Int) -> Int {
        place + 1 < octets.count ? Int(octets[place]) << 8 | Int(octets[place + 1]) : 0
    }

    /// The name at the offset, its pointers followed; each must lead to before the name it is in.
    private mutating func name() throws(BrokenRule) -> [UInt8] {
        var name: [UInt8] = []
        var place = offset
        var bound = offset
        var end: Int?
        while true {
            try require(place < octets.count, "a name runs past the end")
            let length = Int(octets[place])
            if length >= 0xC0 {
                let target = number(at: place) & 0x3FFF
                end = end ?? place + 2
                try require(place + 1 < octets.count && target >= 12 && target < bound, "a pointer leads to \(target)")
                (place, bound) = (target, target)
                continue
            }
            try require(length < 64 && place + length < octets.count, "a label of \(length) octets")
            name += [UInt8(length)] + octets[place + 1..<place + 1 + length].map(asciiLowercased)
            try require(name.count <= 255, "a name of more than 255 octets")
            place += 1 + length
            if length == 0 { break }
        }
        offset = end ?? place
        return name
    }

    private mutating func record(in section: Int) throws(BrokenRule) {
        let owner = try name()
        try require(offset + 10 <= octets.count, "a record ends in its head")
        let (type, length) = (number(at: offset), number(at: offset + 8))
        let upper = octets[offset + 4]
        offset += 10
        let end = offset + length
        try require(end <= octets.count, "RDATA runs past the end")
        if type == 41 {
            try require(section == 2 && owner == [0] && options == nil, "an OPT record out of place")
            extendedRCode = UInt16(upper) << 4
            options = try Self.options(in: octets[offset..<end])
            offset = end
            return
        }
        // The types of RFC 1035, whose names may be compressed, and the octets before these.
        let names: (before: Int, count: Int) =
            switch type {
            case 2, 5, 12: (0, 1)
            case 15: (2, 1)
            case 6: (0, 2)
            default: (0, 0)
            }
        if names.count > 0 {
            offset += names.before
            for _ in 0..<names.count { _ = try name() }
            offset += type == 6 ? 20 : 0
            try require(offset == end, "RDLENGTH of a record of type \(type) is wrong")
        }
        offset = end
        records.append(Record(owner: owner, type: UInt16(type), section: section))
    }

    /// Takes the RDATA of an OPT record apart.
    ///
    /// - Throws: ``BrokenRule`` when it is malformed.
    static func options(in rdata: ArraySlice<UInt8>) throws(BrokenRule) -> [(code: UInt16, data: [UInt8])] {
        var options: [(code: UInt16, data: [UInt8])] = []
        var rest = rdata
        while !rest.isEmpty {
            let head = Array(rest.prefix(4))
            try require(head.count == 4, "an option ends in its head")
            let length = Int(head[2]) << 8 | Int(head[3])
            rest = rest.dropFirst(4)
            try require(length <= rest.count, "an option runs past the end")
            options.append((UInt16(head[0]) << 8 | UInt16(head[1]), Array(rest.prefix(length))))
            rest = rest.dropFirst(length)
        }
        return options
    }
}
