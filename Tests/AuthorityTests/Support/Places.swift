import Addressing
import Geography
import Steering
import Testing

/// Where the clients of the tests are.
enum Places {
    static let dublin = Location(
        continent: .europe,
        country: CountryCode("IE"),
        coordinates: GeoPoint(latitude: 53.33, longitude: -6.25)
    )
    static let chicago = Location(
        continent: .northAmerica,
        country: CountryCode("US"),
        coordinates: GeoPoint(latitude: 41.88, longitude: -87.63)
    )
    static let mumbai = Location(
        continent: .asia,
        country: CountryCode("IN"),
        coordinates: GeoPoint(latitude: 19.08, longitude: 72.88)
    )

    /// 10.1.0.0/16 and 2001:db8:1::/48 in Dublin, those with a 3 in Chicago, with a 4 in Mumbai.
    static func atlas() throws -> Atlas {
        let locations = [(1, dublin), (3, chicago), (4, mumbai)]
        return try Atlas { add throws in
            for (index, location) in locations.enumerated() {
                add(try #require(IPPrefix("10.\(location.0).0.0/16")), index)
            }
            for (index, location) in locations.enumerated() {
                add(try #require(IPPrefix("2001:db8:\(location.0)::/48")), index)
            }
            return locations.map(\.1)
        }
    }
}
