/// Reads a TTL: seconds, or numbers with the units `w d h m s` in any case, such as `1h30m` (RFC 2308 section 8 has
/// the range; the units are common practice since BIND 8).
///
/// - Returns: 0...2147483647; `nil` for anything else, so also for a last number without a unit as in `1h30`.
package func parseTTL(_ text: ArraySlice<UInt8>) -> UInt32? {
    parseSeconds(text, maximum: UInt32(Int32.max))
}

/// As ``parseTTL(_:)``, with another upper limit.
func parseSeconds(_ text: ArraySlice<UInt8>, maximum: UInt32) -> UInt32? {
    var total: UInt64 = 0
    var number: UInt64?
    var hasUnits = false
    for octet in text {
        if octet.isDigit {
            number = (number ?? 0) * 10 + UInt64(octet &- 0x30)
        } else {
            guard let count = number, let unit = secondsPerUnit(octet) else { return nil }
            total += count * unit
            number = nil
            hasUnits = true
        }
        guard (number ?? 0) <= maximum, total <= maximum else { return nil }
    }
    if hasUnits { return number == nil ? UInt32(total) : nil }
    return number.map { UInt32($0) }
}

private func secondsPerUnit(_ letter: UInt8) -> UInt64? {
    switch asciiLowercased(letter) {
    case UInt8(ascii: "w"): 604_800
    case UInt8(ascii: "d"): 86400
    case UInt8(ascii: "h"): 3600
    case UInt8(ascii: "m"): 60
    case UInt8(ascii: "s"): 1
    default: nil
    }
}

/// Signature times: seconds since 1970 in 32 bits, written YYYYMMDDHHmmSS in UTC (RFC 4034 section 3.2).
///
/// Without a clock the 32 bits are read as 1970 to 2106, not as serial numbers around the present.
enum SignatureTime {
    /// Reads fourteen digits, or up to ten as plain seconds.
    static func parse(_ text: ArraySlice<UInt8>) -> UInt32? {
        guard (1...14).contains(text.count), text.allSatisfy(\.isDigit) else { return nil }
        let number = text.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
        guard text.count == 14 else { return text.count <= 10 ? UInt32(exactly: number) : nil }
        let (date, time) = (number / 1_000_000, number % 1_000_000)
        let (year, month, day) = (date / 10000, date / 100 % 100, date % 100)
        let (hour, minute, second) = (time / 10000, time / 100 % 100, time % 100)
        guard year >= 1970, (1...12).contains(month), (1...daysIn(month: month, year: year)).contains(day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let days = daysBefore(year: year) + (1..<month).reduce(day - 1) { $0 + daysIn(month: $1, year: year) }
        return UInt32(exactly: ((days * 24 + hour) * 60 + minute) * 60 + second)
    }

    /// Appends the fourteen digits.
    static func present(_ seconds: UInt32, into text: inout [UInt8]) {
        var days = Int(seconds) / 86400
        var year = 1970 + days / 366
        while daysBefore(year: year + 1) <= days { year += 1 }
        days -= daysBefore(year: year)
        var month = 1
        while days >= daysIn(month: month, year: year) {
            days -= daysIn(month: month, year: year)
            month += 1
        }
        let date = (year * 100 + month) * 100 + days + 1
        let clock = Int(seconds) % 86400
        let time = (clock / 3600 * 100 + clock / 60 % 60) * 100 + clock % 60
        text.append(decimal: UInt64(date * 1_000_000 + time))
    }

    /// The days from 1970 to the first day of `year`.
    private static func daysBefore(year: Int) -> Int {
        let last = year - 1
        return (year - 1970) * 365 + (last / 4 - last / 100 + last / 400) - (1969 / 4 - 1969 / 100 + 1969 / 400)
    }

    private static func daysIn(month: Int, year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
