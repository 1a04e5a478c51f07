package import Geography

/// Where the areas of an atlas are: of each country and each autonomous system in it the middle of its places.
package struct AreaPlaces: Sendable {
    private var places: [LatencyArea: GeoPoint] = [:]

    /// The places of all areas that the locations name.
    package init(_ locations: [Location]) {
        var sums: [LatencyArea: (latitude: Double, longitude: Double, count: Double)] = [:]
        for location in locations {
            guard let point = location.coordinates, location.country != nil else { continue }
            for area in Set([LatencyArea(location), LatencyArea(country: location.country)]) {
                // Longitudes are averaged around the first, so that a country on both sides of 180 degrees stays there.
                let sum = sums[area] ?? (0, 0, 0)
                let reference = sum.count > 0 ? sum.longitude / sum.count : point.longitude
                var longitude = point.longitude
                if longitude - reference > 180 { longitude -= 360 }
                if longitude - reference < -180 { longitude += 360 }
                sums[area] = (sum.latitude + point.latitude, sum.longitude + longitude, sum.count + 1)
            }
        }
        for (area, sum) in sums {
            var longitude = sum.longitude / sum.count
            if longitude > 180 { longitude -= 360 }
            if longitude < -180 { longitude += 360 }
            places[area] = GeoPoint(latitude: sum.latitude / sum.count, longitude: longitude)
        }
    }

    /// The place of an area; of a system that is not known, its country.
    package func place(of area: LatencyArea) -> GeoPoint? {
        places[area] ?? places[LatencyArea(country: area.country)]
    }
}
