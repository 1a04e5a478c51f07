import Geography
import Testing

@testable import ZoneFile

@Suite("Areas")
struct AreaTests {
    @Test(arguments: [
        "EU", "OC", "AN", "continent:AF", "continent:AS", "continent:NA", "continent:SA", "country:AF", "country:AS",
        "country:NA", "country:SA", "GB", "US-CA", "GB-ENG", "AS0", "AS64500", "AS4294967295", "203.0.113.0/24",
        "2001:db8::/32",
    ])
    func `an area is read and written alike`(text: String) throws {
        #expect(try Area(text: text).description == text)
        #expect(try Area(text: text.lowercased()).description == text)
    }

    @Test(
        arguments: [
            ("AF", .ambiguous("AF")), ("as", .ambiguous("AS")), ("NA", .ambiguous("NA")), ("SA", .ambiguous("SA")),
            ("UK", .noSuchCountry("UK", suggestion: "GB")), ("XX", .noSuchCountry("XX", suggestion: nil)),
            ("XX-CA", .noSuchCountry("XX", suggestion: nil)), ("country:EU", .noSuchCountry("EU", suggestion: nil)),
            ("continent:GB", .unknown), ("", .unknown), ("Europe", .unknown), ("US-", .unknown), ("US-CALI", .unknown),
            ("AS4294967296", .unknown), ("A1", .unknown), ("203.0.113.1/24", .badNetwork),
            ("203.0.113.0/33", .badNetwork),
            ("EU/8", .badNetwork), ("planet:EU", .badNetwork),
        ] as [(String, AreaTextError)]
    )
    func `what is no area is refused with a reason`(text: String, error: AreaTextError) {
        #expect(throws: error) { try Area(text: text) }
    }
}
