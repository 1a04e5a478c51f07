/// A country or territory: what a database need not repeat for every network.
package struct Country: Hashable, Sendable {
    /// The ISO 3166-1 alpha-2 code; of the user-assigned codes only `XK` (Kosovo).
    package let code: CountryCode
    /// The short name in English.
    package let name: String
    /// The continent, one each, as GeoNames and MaxMind assign them: Türkiye is in Asia, Russia in Europe.
    package let continent: Continent
    /// Where most of its people are near: its most populous city, not its centre, which is often empty land.
    package let coordinates: GeoPoint

    /// Every country, by code.
    package static let all: [Country] = table.split(separator: "\n").compactMap(Country.init(line:))

    private static let byCode = Dictionary(all.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })

    /// The country with this code.
    ///
    /// - Returns: `nil` for a code that ISO 3166-1 does not assign.
    package init?(_ code: CountryCode) {
        guard let country = Self.byCode[code] else { return nil }
        self = country
    }

    /// Reads `CODE CONTINENT LATITUDE LONGITUDE NAME`.
    private init?(line: Substring) {
        let fields = line.split(separator: " ", maxSplits: 4)
        guard fields.count == 5, let code = CountryCode(fields[0]),
            let continent = Continent(rawValue: String(fields[1])),
            let latitude = Double(fields[2]), let longitude = Double(fields[3]),
            let coordinates = GeoPoint(latitude: latitude, longitude: longitude)
        else { return nil }
        self.code = code
        self.continent = continent
        self.coordinates = coordinates
        name = String(fields[4])
    }
}

extension CountryCode {
    /// The continent of the country.
    ///
    /// - Returns: `nil` for a code that ISO 3166-1 does not assign.
    package var continent: Continent? { Country(self)?.continent }
}
