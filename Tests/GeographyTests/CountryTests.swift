import Foundation
import Geography
import Testing

@Suite struct CountryTests {
    @Test func everyCodeIsListedOnceAndInOrder() {
        let codes = Country.all.map(\.code)
        #expect(codes.count == 250)
        #expect(codes == Set(codes).sorted())
    }

    @Test func everyCountryHasANameAndEveryContinentCountries() {
        #expect(Country.all.allSatisfy { !$0.name.isEmpty })
        #expect(Set(Country.all.map(\.continent)) == Set(Continent.allCases))
    }

    @Test(arguments: [
        ("GB", Continent.europe), ("us", .northAmerica), ("BR", .southAmerica), ("TR", .asia), ("RU", .europe),
        ("CY", .europe), ("EG", .africa), ("AU", .oceania), ("AQ", .antarctica), ("XK", .europe), ("GE", .asia),
        ("PA", .northAmerica), ("SH", .africa), ("GF", .southAmerica),
    ])
    func countriesLieOnTheirContinent(code: String, continent: Continent) throws {
        #expect(try #require(CountryCode(code)).continent == continent)
    }

    @Test(arguments: ["ZZ", "EU", "UK", "AP", "AN"])
    func unassignedCodesAreNoCountries(code: String) throws {
        let code = try #require(CountryCode(code))
        #expect(Country(code) == nil)
        #expect(code.continent == nil)
    }

    @Test(arguments: [("CA", 43.65, -79.38), ("RU", 55.76, 37.62), ("AU", -33.87, 151.22), ("XK", 42.67, 21.17)])
    func coordinatesAreThoseOfTheMostPopulousCity(code: String, latitude: Double, longitude: Double) throws {
        let country = try #require(CountryCode(code).flatMap(Country.init))
        #expect(country.coordinates == GeoPoint(latitude: latitude, longitude: longitude))
    }

    // MARK: - Against the machine's tzdata

    private static let zoneTab = "/usr/share/zoneinfo/zone.tab"

    @Test(.enabled(if: FileManager.default.isReadableFile(atPath: zoneTab)))
    func everyCountryOfTheTimeZoneDatabaseIsNearOneOfItsZones() throws {
        let lines = try String(contentsOfFile: Self.zoneTab, encoding: .utf8).split(separator: "\n")
        var zones: [CountryCode: [GeoPoint]] = [:]
        for line in lines where !line.hasPrefix("#") {
            let fields = line.split(separator: "\t")
            let code = try #require(CountryCode(fields[0]))
            zones[code, default: []].append(try #require(Self.point(fields[1])))
        }
        #expect(zones.count > 240)
        for (code, points) in zones {
            let country = try #require(Country(code), "\(code) is missing")
            #expect(points.contains { $0.distance(to: country.coordinates) < 3 }, "\(code) lies elsewhere")
        }
    }

    /// Reads the ISO 6709 forms `±DDMM±DDDMM` and `±DDMMSS±DDDMMSS`.
    private static func point(_ text: Substring) -> GeoPoint? {
        guard let split = text.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return nil }
        func degrees(_ text: Substring, whole: Int) -> Double {
            let digits = text.dropFirst()
            let degrees = Double(digits.prefix(whole)) ?? .nan
            let minutes = Double(digits.dropFirst(whole).prefix(2)) ?? .nan
            let seconds = Double(digits.dropFirst(whole + 2)) ?? 0
            return (text.hasPrefix("-") ? -1 : 1) * (degrees + minutes / 60 + seconds / 3600)
        }
        return GeoPoint(latitude: degrees(text[..<split], whole: 2), longitude: degrees(text[split...], whole: 3))
    }
}
