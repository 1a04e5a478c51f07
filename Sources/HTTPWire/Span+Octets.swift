/// Searching and comparing within a read buffer: ranges in, ranges out, nothing copied.
extension Span<UInt8> {
    /// The position of the first octet in `range` for which `mark` sets the octet's high bit, eight at a time.
    ///
    /// `mark` gets eight octets, the first in the lowest bits; bits it sets above the lowest true one do no harm.
    @inline(__always)
    private func firstMarked(
        in range: Range<Int>,
        mark: (UInt64) -> UInt64
    ) -> Int? {
        var index = range.lowerBound
        let end = Swift.min(range.upperBound, count)
        while end - index >= 8 {
            // Within the view: `index` is not negative, and eight octets remain before `end`.
            let word = unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
            let marks = mark(word)
            if marks != 0 { return index + marks.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < end {
            if mark(UInt64(self[index]) | 0x6161_6161_6161_6100) & 0x80 != 0 { return index }
            index += 1
        }
        return nil
    }

    /// The high bit of each octet of `word` that is zero; exact up to the lowest one.
    @inline(__always)
    private static func zeros(_ word: UInt64) -> UInt64 {
        (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
    }

    /// The position of the first LF at or after `position`.
    func firstLineFeed(from position: Int) -> Int? {
        guard position < count else { return nil }
        return firstMarked(in: position..<count) { Self.zeros($0 ^ 0x0a0a_0a0a_0a0a_0a0a) }
    }

    /// The position of the first octet in `range` that no field value has: a control octet other than HTAB, or DEL.
    func firstControl(in range: Range<Int>) -> Int? {
        var from = range.lowerBound
        while from < range.upperBound {
            let found = firstMarked(in: from..<range.upperBound) { word in
                let below = (word &- 0x2020_2020_2020_2020) & ~word & 0x8080_8080_8080_8080
                return below | Self.zeros(word ^ 0x7f7f_7f7f_7f7f_7f7f)
            }
            guard let found else { return nil }
            if self[found] != 0x09 { return found }
            from = found + 1
        }
        return nil
    }

    /// `range` without the spaces and tabs at its ends (OWS of RFC 9110 section 5.6.3).
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, self[start] == 0x20 || self[start] == 0x09 { start += 1 }
        while start < end, self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
        return start..<end
    }

    /// Whether all octets of `range` are in `set`.
    func consists(_ range: Range<Int>, of set: OctetSet) -> Bool {
        for index in range where !set.contains(self[index]) { return false }
        return true
    }

    /// Whether the octets of `range` are those of `literal`.
    package func equals(_ range: Range<Int>, _ literal: StaticString) -> Bool {
        guard range.count == literal.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count {
            // The literal has as many octets as the range.
            guard unsafe self[range.lowerBound + offset] == literal.utf8Start[offset] else { return false }
        }
        return true
    }

    /// Whether the octets of `range` are those of `literal`, US-ASCII letters in any case.
    ///
    /// - Parameter literal: a token in lower case.
    package func equalsIgnoringCase(_ range: Range<Int>, _ literal: StaticString) -> Bool {
        guard range.count == literal.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count {
            // The literal has as many octets as the range.
            guard unsafe self[range.lowerBound + offset].lowercased == literal.utf8Start[offset] else { return false }
        }
        return true
    }

    /// Whether the octets of both ranges are the same, US-ASCII letters in any case.
    func equalIgnoringCase(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard left.count == right.count else { return false }
        for offset in 0..<left.count
        where self[left.lowerBound + offset].lowercased != self[right.lowerBound + offset].lowercased {
            return false
        }
        return true
    }

    /// The octets of `range` as text, for diagnostics and tests; what is no UTF-8 is replaced.
    package func text(_ range: Range<Int>) -> String {
        let range = range.clamped(to: 0..<count)
        return String(decoding: range.map { self[$0] }, as: UTF8.self)
    }
}

extension UInt8 {
    /// The octet with an upper-case US-ASCII letter made lower-case.
    @inline(__always)
    var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// Whether this is a decimal digit.
    @inline(__always)
    var isDigit: Bool { self &- 0x30 < 10 }
}
