import HTTPWire
import ZoneFile

/// Finds in a request what it is hashed by.
///
/// A request that has no such field, cookie or parameter is hashed by its client's address. What is compared and hashed
/// are octets as they came: nothing is decoded.
final class RequestKey: Sendable {
    private enum Place { case source, uri, header, cookie, query }

    private let place: Place
    /// The name looked for; that of a field in lower case.
    private let name: [UInt8]

    init(_ key: PoolRecord.Key) {
        (place, name) =
            switch key {
            case .source: (.source, [])
            case .uri: (.uri, [])
            case .header(let name): (.header, Array(name.utf8))
            case .cookie(let name): (.cookie, Array(name.utf8))
            case .query(let name): (.query, Array(name.utf8))
            }
    }

    /// The hash of the request whose head was parsed from `octets`.
    func hash(_ head: borrowing RequestHead, octets: Span<UInt8>, from client: ClientIdentity) -> UInt64 {
        guard let range = find(head, octets) else { return client.hash }
        var hash = KeyHash()
        for index in range { hash.add(octets[index]) }
        return hash.mixed
    }

    private func find(_ head: borrowing RequestHead, _ octets: Span<UInt8>) -> Range<Int>? {
        switch place {
        case .source: return nil
        case .uri: return head.pathAndQuery
        case .header:
            for field in head.fields.fields where isNamed(field.name, octets) { return field.value }
            return nil
        case .cookie:
            for field in head.fields.fields where octets.equalsIgnoringCase(field.name, "cookie") {
                if let value = value(in: field.value, octets, separator: UInt8(ascii: ";")) { return value }
            }
            return nil
        case .query:
            let target = head.pathAndQuery
            guard let mark = target.first(where: { octets[$0] == UInt8(ascii: "?") }) else { return nil }
            return value(in: mark + 1..<target.upperBound, octets, separator: UInt8(ascii: "&"))
        }
    }

    /// Whether the octets are the name, in any case.
    private func isNamed(_ range: Range<Int>, _ octets: Span<UInt8>) -> Bool {
        guard range.count == name.count else { return false }
        for offset in 0..<name.count {
            let octet = octets[range.lowerBound + offset]
            guard (octet &- 0x41 < 26 ? octet | 0x20 : octet) == name[offset] else { return false }
        }
        return true
    }

    /// The value of the first `name=value` of the name, in a list of such pairs.
    private func value(in list: Range<Int>, _ octets: Span<UInt8>, separator: UInt8) -> Range<Int>? {
        var start = list.lowerBound
        while start < list.upperBound {
            var end = start
            while end < list.upperBound, octets[end] != separator { end += 1 }
            while start < end, octets[start] == 0x20 { start += 1 }
            if end - start > name.count, octets[start + name.count] == UInt8(ascii: "="), isPrefix(start, octets) {
                return start + name.count + 1..<end
            }
            start = end + 1
        }
        return nil
    }

    private func isPrefix(_ start: Int, _ octets: Span<UInt8>) -> Bool {
        for offset in 0..<name.count where octets[start + offset] != name[offset] { return false }
        return true
    }
}
