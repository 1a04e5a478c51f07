import Geography

/// Measured round trips between countries: a table in the form `cty1,cty2,rtt_cnt,rtt_avg,...`, one row for each pair,
/// the same both ways.
struct RoundTripMeasurements {
    private struct Pair: Hashable {
        let first, second: CountryCode

        init(_ one: CountryCode, _ other: CountryCode) {
            first = min(one, other)
            second = max(one, other)
        }
    }

    /// Fewer measurements than this are noise.
    private static let leastCount = 50

    private var averages: [Pair: Double] = [:]
    /// All countries of the table, in order.
    private(set) var countries: [CountryCode] = []

    /// Reads the table; rows that are not understood, and those of few measurements, are passed over.
    init(csv text: String) {
        var seen: Set<CountryCode> = []
        for line in text.split(whereSeparator: \.isNewline).dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count >= 4, let one = CountryCode(fields[0]), let other = CountryCode(fields[1]),
                let count = Int(fields[2]), count >= Self.leastCount, let average = Double(fields[3])
            else { continue }
            averages[Pair(one, other)] = average
            seen.formUnion([one, other])
        }
        countries = seen.sorted()
    }

    /// The average round trip in milliseconds.
    func roundTrip(_ one: CountryCode, _ other: CountryCode) -> Double? { averages[Pair(one, other)] }
}
