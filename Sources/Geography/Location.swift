/// What a geographic database says of a network; every part may be missing.
package struct Location: Hashable, Sendable {
    /// The continent.
    package var continent: Continent?
    /// The country.
    package var country: CountryCode?
    /// ISO 3166-2 codes without the country, from the largest subdivision to the smallest ("ENG", "WBK").
    package var subdivisions: [String]
    /// Where it is.
    package var coordinates: GeoPoint?
    /// The number of its autonomous system.
    package var autonomousSystem: UInt32?

    package init(
        continent: Continent? = nil,
        country: CountryCode? = nil,
        subdivisions: [String] = [],
        coordinates: GeoPoint? = nil,
        autonomousSystem: UInt32? = nil
    ) {
        self.continent = continent
        self.country = country
        self.subdivisions = subdivisions
        self.coordinates = coordinates
        self.autonomousSystem = autonomousSystem
    }

    /// Nothing is known.
    package static let unknown = Location()
}
