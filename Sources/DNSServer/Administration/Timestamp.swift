import Glibc

/// A moment in whole seconds of UTC, as operators read it: `2026-11-27T13:10:00Z`.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Seconds since 1970.
    package var seconds: Int64

    package init(seconds: Int64) {
        self.seconds = seconds
    }

    /// Now, by the clock of this machine.
    package static var now: Timestamp { Timestamp(seconds: Int64(time(nil))) }

    package static func < (earlier: Timestamp, later: Timestamp) -> Bool { earlier.seconds < later.seconds }

    /// The moment so many seconds later; the last there is where that is beyond it.
    package func adding(_ seconds: Int64) -> Timestamp {
        let (sum, isOver) = self.seconds.addingReportingOverflow(seconds)
        return Timestamp(seconds: isOver ? .max : sum)
    }
}

extension Timestamp: LosslessStringConvertible {
    /// Reads `YYYY-MM-DDThh:mm:ssZ` (RFC 3339 section 5.6, UTC, no fraction).
    package init?(_ text: String) {
        let form = Array("0000-00-00T00:00:00Z".utf8)
        let octets = Array(text.utf8)
        guard octets.count == form.count else { return nil }
        var numbers = [Int32](repeating: 0, count: 6)
        var field = 0
        for (octet, expected) in zip(octets, form) {
            if expected == UInt8(ascii: "0") {
                guard octet &- 0x30 < 10 else { return nil }
                numbers[field] = numbers[field] * 10 + Int32(octet - 0x30)
            } else {
                guard octet == expected else { return nil }
                field += 1
            }
        }
        var parts = unsafe tm()
        unsafe (parts.tm_year, parts.tm_mon, parts.tm_mday) = (numbers[0] - 1900, numbers[1] - 1, numbers[2])
        unsafe (parts.tm_hour, parts.tm_min, parts.tm_sec) = (numbers[3], numbers[4], numbers[5])
        self.init(seconds: Int64(unsafe timegm(&parts)))
        // The 31st of February is read as the 3rd of March.
        guard description == text else { return nil }
    }

    package var description: String {
        var parts = unsafe tm()
        var seconds = time_t(self.seconds)
        guard unsafe gmtime_r(&seconds, &parts) != nil else { return "never" }
        func padded(_ number: Int32, _ width: Int = 2) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = unsafe "\(padded(parts.tm_year + 1900, 4))-\(padded(parts.tm_mon + 1))-\(padded(parts.tm_mday))"
        return unsafe "\(date)T\(padded(parts.tm_hour)):\(padded(parts.tm_min)):\(padded(parts.tm_sec))Z"
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let read = Timestamp(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "no time such as 2026-11-27T13:10:00Z"
            )
        }
        self = read
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
