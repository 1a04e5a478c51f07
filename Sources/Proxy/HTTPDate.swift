import Glibc
import TCPTransport

/// The Date field line of the present second (RFC 9110 section 5.6.7), made once a second.
struct DateLine {
    private var second = -1
    private var text: [UInt8] = []

    /// Appends `Date: Sun, 06 Nov 1994 08:49:37 GMT` and CRLF.
    mutating func write(into buffer: inout OctetBuffer) {
        let now = time(nil)
        if now != second {
            second = now
            text = Array("Date: \(Self.imfFixdate(now))\r\n".utf8)
        }
        buffer.append(text)
    }

    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The preferred form of a date, of seconds since 1970, which must not be negative.
    static func imfFixdate(_ seconds: Int) -> String {
        let daysSince1970 = seconds / 86_400
        // The calendar repeats every 400 years of 146,097 days; counted from 1 March of year 0, leap days come last.
        let dayCount = daysSince1970 + 719_468
        let dayOfEra = dayCount % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = (monthFromMarch + 2) % 12
        let year = yearOfEra + dayCount / 146_097 * 400 + (month < 2 ? 1 : 0)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let clock = "\(two(seconds / 3600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        return "\(days[daysSince1970 % 7]), \(two(day)) \(months[month]) \(year) \(clock) GMT"
    }
}
