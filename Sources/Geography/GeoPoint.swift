import Glibc

/// A place on the globe, in degrees.
package struct GeoPoint: Hashable, Sendable {
    /// Degrees north of the equator, -90...90.
    package let latitude: Double
    /// Degrees east of Greenwich, -180...180.
    package let longitude: Double

    /// A point from degrees.
    ///
    /// - Returns: `nil` when a coordinate is outside its range or not a number.
    package init?(latitude: Double, longitude: Double) {
        guard (-90...90).contains(latitude), (-180...180).contains(longitude) else { return nil }
        self.latitude = latitude
        self.longitude = longitude
    }

    /// The mean radius of the Earth (IUGG), in kilometres.
    private static let earthRadius = 6371.0088

    /// The great-circle distance to `other`, in kilometres, by the haversine formula.
    package func distance(to other: GeoPoint) -> Double {
        let radians = Double.pi / 180
        let latitudeStep = (other.latitude - latitude) * radians
        let longitudeStep = (other.longitude - longitude) * radians
        let half =
            sin(latitudeStep / 2) * sin(latitudeStep / 2)
            + cos(latitude * radians) * cos(other.latitude * radians)
            * sin(longitudeStep / 2) * sin(longitudeStep / 2)
        return 2 * Self.earthRadius * asin(min(1, half.squareRoot()))
    }
}

extension GeoPoint: CustomStringConvertible {
    /// `LATITUDE,LONGITUDE` as the zone file has it.
    package var description: String { "\(latitude),\(longitude)" }
}
