import DNSWire

/// Copies records from one message into another with their names written out.
struct RecordExpander {
    /// Where the next record is in the source message.
    var position: Int
    /// Where the next record goes in the target.
    var offset: Int
    /// The octets that the target may have.
    let limit: Int

    /// Copies one record.
    ///
    /// - Parameters:
    ///   - source: a message of our own making.
    ///   - target: receives the record.
    /// - Returns: `false` when it does not fit, or the source is malformed.
    mutating func expand(_ source: Span<UInt8>, into target: inout MutableSpan<UInt8>) -> Bool {
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

    private mutating func expandName(_ source: Span<UInt8>, into target: inout MutableSpan<UInt8>) -> Bool {
        var index = position
        var next: Int?
        // Each jump leads backwards in a message of ours, so their number is bounded by the labels of a name.
        for _ in 0..<(2 * 128) {
            guard index < source.count else { return false }
            let length = Int(source[index])
            if length >= 0xC0 {
                guard index + 1 < source.count else { return false }
                if next == nil { next = index + 2 }
                index = (length & 0x3F) << 8 | Int(source[index + 1])
                continue
            }
            guard offset + length + 1 <= limit, index + length < source.count else { return false }
            for step in 0...length { target[offset + step] = source[index + step] }
            offset += length + 1
            index += length + 1
            if length == 0 {
                position = next ?? index
                return true
            }
        }
        return false
    }
}
