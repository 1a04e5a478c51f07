import DNSWire

/// Copies records from one message into another, with their names compressed anew.
///
/// Used for the answers that are put together while a query waits; it allocates only when it is made.
struct RecordExpander {
    /// Where the next record is in the source message.
    var position = 0
    /// Where the next record goes in the target.
    private(set) var offset = 0
    /// The octets that the target may have.
    private var limit = 0
    /// Where labels begin in the target that a pointer can lead to.
    private var known: [UInt16] = []
    /// Where the DNAME records of the target are; several may make the names of one chain, and each is there once.
    private var dnames = SIMD16<UInt16>()
    private var dnameCount = 0
    /// Records that were left out because they are there.
    private(set) var repeatedCount: UInt16 = 0

    /// The places that are kept at most; with more the rest of a long answer is compressed less.
    private static let capacity = 96

    init() {
        known.reserveCapacity(Self.capacity)
    }

    /// Starts with a target that has its question and a DNAME record.
    ///
    /// - Parameters:
    ///   - dname: where that record is.
    ///   - offset: where the next record goes.
    ///   - limit: the octets that the target may have.
    mutating func begin(_ target: Span<UInt8>, dname: Int, at offset: Int, limit: Int) {
        (self.offset, self.limit) = (offset, limit)
        repeatedCount = 0
        dnameCount = 0
        noteDNAME(at: dname)
        known.removeAll(keepingCapacity: true)
        var index = Query.headerLength
        while index < target.count, target[index] != 0 {
            learn(index)
            index += 1 + Int(target[index])
        }
    }

    /// Copies one record from ``position`` on.
    ///
    /// - Parameters:
    ///   - source: a message of our own making.
    ///   - target: receives the record.
    /// - Returns: `false` when it does not fit, or the source is malformed; nothing is then to be read from ``offset``
    ///   on.
    mutating func expand(_ source: Span<UInt8>, into target: inout MutableSpan<UInt8>) -> Bool {
        let start = offset
        guard let fields = Self.nameEnd(source, at: position), fields + 10 <= source.count else { return false }
        if source.uint16(at: fields) == RRType.dname.rawValue {
            for index in 0..<dnameCount where Self.areEqual(source, position, target.span, Int(dnames[index])) {
                position = fields + 10 + Int(source.uint16(at: fields + 8))
                repeatedCount += 1
                return true
            }
            noteDNAME(at: start)
        }
        if expandRecord(source, into: &target) { return true }
        offset = start
        while let last = known.last, Int(last) >= start { known.removeLast() }
        return false
    }

    private mutating func noteDNAME(at place: Int) {
        guard dnameCount < dnames.scalarCount else { return }
        dnames[dnameCount] = UInt16(truncatingIfNeeded: place)
        dnameCount += 1
    }

    private mutating func expandRecord(_ source: Span<UInt8>, into target: inout MutableSpan<UInt8>) -> Bool {
        guard expandName(source, into: &target), offset + 10 <= limit, position + 10 <= source.count else {
            return false
        }
        let type = RRType(rawValue: source.uint16(at: position))
        let end = position + 10 + Int(source.uint16(at: position + 8))
        guard copy(10, source, into: &target) else { return false }
        let dataStart = offset
        switch type {
        case .ns, .cname, .ptr:
            guard expandName(source, into: &target) else { return false }
        case .mx:
            guard copy(2, source, into: &target), expandName(source, into: &target) else { return false }
        case .soa:
            guard expandName(source, into: &target), expandName(source, into: &target) else { return false }
        default:
            break
        }
        guard end >= position, copy(end - position, source, into: &target) else { return false }
        target.put(UInt16(truncatingIfNeeded: offset - dataStart), at: dataStart - 2)
        return true
    }

    private mutating func copy(_ count: Int, _ source: Span<UInt8>, into target: inout MutableSpan<UInt8>) -> Bool {
        guard offset + count <= limit, position + count <= source.count else { return false }
        for step in 0..<count { target[offset + step] = source[position + step] }
        offset += count
        position += count
        return true
    }

    // MARK: - Names

    private mutating func expandName(_ source: Span<UInt8>, into target: inout MutableSpan<UInt8>) -> Bool {
        guard let end = Self.nameEnd(source, at: position) else { return false }
        var index = position
        position = end
        while let label = Self.label(source, at: index) {
            let length = Int(source[label])
            if length > 0, let place = place(of: source, label, in: target.span) {
                guard offset + 2 <= limit else { return false }
                target.put(0xC000 | place, at: offset)
                offset += 2
                return true
            }
            guard offset + length + 1 <= limit else { return false }
            for step in 0...length { target[offset + step] = source[label + step] }
            if length > 0 { learn(offset) }
            offset += length + 1
            index = label + length + 1
            if length == 0 { return true }
        }
        return false
    }

    private mutating func learn(_ place: Int) {
        guard known.count < Self.capacity, place < 0x4000 else { return }
        known.append(UInt16(truncatingIfNeeded: place))
    }

    /// Where in the target the name is that begins at a label of the source, compared without case.
    private func place(of source: Span<UInt8>, _ label: Int, in target: Span<UInt8>) -> UInt16? {
        for place in known where Self.areEqual(source, label, target, Int(place)) { return place }
        return nil
    }

    private static func areEqual(_ left: Span<UInt8>, _ start: Int, _ right: Span<UInt8>, _ place: Int) -> Bool {
        var (start, place) = (start, place)
        while let one = label(left, at: start), let other = label(right, at: place) {
            let length = Int(left[one])
            guard Int(right[other]) == length else { return false }
            if length == 0 { return true }
            for step in 1...length where asciiLowercased(left[one + step]) != asciiLowercased(right[other + step]) {
                return false
            }
            (start, place) = (one + length + 1, other + length + 1)
        }
        return false
    }

    /// Where the label is that a name has at `index`, pointers followed; the whole label is in the message.
    private static func label(_ message: Span<UInt8>, at index: Int) -> Int? {
        var index = index
        while index < message.count {
            let length = Int(message[index])
            if length < 0xC0 { return index + length < message.count ? index : nil }
            guard index + 1 < message.count else { return nil }
            let target = (length & 0x3F) << 8 | Int(message[index + 1])
            // A pointer of ours leads backwards, so following them comes to an end.
            guard target < index else { return nil }
            index = target
        }
        return nil
    }

    /// The offset after the name at `start`.
    private static func nameEnd(_ message: Span<UInt8>, at start: Int) -> Int? {
        var index = start
        while index < message.count {
            let length = Int(message[index])
            if length == 0 { return index + 1 }
            if length >= 0xC0 { return index + 2 }
            index += 1 + length
        }
        return nil
    }
}
