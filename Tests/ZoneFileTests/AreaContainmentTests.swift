import Geography
import Testing
import ZoneFile

@Suite struct AreaContainmentTests {
    @Test(
        arguments: [
            ("EU", "EU", true), ("GB", "EU", true), ("EU", "GB", false), ("GB-ENG", "EU", true), ("US", "EU", false),
            ("GB", "GB", true), ("GB", "FR", false), ("US-CA", "US", true), ("US", "US-CA", false),
            ("US-CA", "US-CA", true), ("US-CA", "US-NY", false), ("US-CA", "CA", false),
            ("country:SA", "continent:SA", false), ("country:SA", "continent:AS", true), ("AS1", "AS1", true),
            ("AS1", "AS2", false), ("AS1", "EU", false), ("10.1.0.0/16", "10.0.0.0/8", true),
            ("10.0.0.0/8", "10.1.0.0/16", false), ("10.0.0.0/8", "11.0.0.0/8", false), ("10.0.0.0/8", "EU", false),
            ("0.0.0.0/0", "::/0", false),
        ] as [(String, String, Bool)]
    )
    func anAreaLiesInALargerOne(inner: String, outer: String, expected: Bool) throws {
        #expect(try Area(text: inner).lies(in: Area(text: outer)) == expected)
    }
}
