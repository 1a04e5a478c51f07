import Addressing
import GeoData
import Geography
import Testing

@Suite struct GeoDatabaseDamageTests {
    /// Sound octets to damage: 24-bit records, some of each kind of value.
    private static func sample() throws -> [UInt8] {
        var networks: [(String, MMDBValue)] = []
        for index in 0..<40 {
            networks.append(
                (
                    "\(index * 5 + 1).0.0.0/\(12 + index % 20)",
                    [
                        "autonomous_system_number": .uint32(UInt32(64500 + index)),
                        "continent": ["code": "EU"],
                        "country": ["iso_code": "GB", "names": ["en": "United Kingdom"]],
                        "location": ["latitude": .double(Double(index)), "longitude": 1.5],
                        "subdivisions": [["iso_code": "ENG"], ["iso_code": .string("S\(index)")]],
                    ]
                )
            )
            networks.append(("2a00:\(index)::/\(33 + index)", country("FR")))
        }
        return try database(networks)
    }

    /// Uses all there is of a database; what is damaged may throw, and that is all it may do.
    private static func exercise(_ bytes: [UInt8]) throws {
        do throws(GeoDatabaseError) {
            let file: TemporaryFile
            do { file = try TemporaryFile(bytes) } catch { return }
            let database = try GeoDatabase(path: file.path)
            _ = database.metadata.description
            for index in 0..<40 {
                _ = try? database.lookup(IPAddress(v4: UInt32(index * 5 + 1) << 24))
                _ = try? database.report(on: IPAddress(v6: 0x2A00 << 112 | UInt128(index) << 96))
            }
            _ = try database.forEachNetwork { _, _ in }
        } catch {
            #expect(!error.description.isEmpty)
        }
    }

    @Test(arguments: UInt64(1)...8)
    func flippedOctetsGiveErrorsOnly(seed: UInt64) throws {
        let sound = try Self.sample()
        var random = SeededGenerator(state: seed)
        for _ in 0..<150 {
            var bytes = sound
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                // Half of the damage goes to the data and metadata at the end, which are small beside the tree.
                let tail = Bool.random(using: &random) ? max(0, bytes.count - 1500) : 0
                bytes[Int.random(in: tail..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            try Self.exercise(bytes)
        }
    }

    @Test func aFileCutShortGivesErrorsOnly() throws {
        let sound = try Self.sample()
        for count in stride(from: 0, to: sound.count, by: 97) {
            try Self.exercise(Array(sound.prefix(count)))
            try Self.exercise(Array(sound.dropFirst(count)))
        }
    }

    @Test func aTreeThatLeadsBackIsCorrupt() throws {
        var bytes = try database([("192.0.2.0/24", country("FR")), ("8000::/1", country("FR"))])
        // The right record of the node at 64 bits, so far nothing, becomes the root.
        bytes.replaceSubrange(64 * 6 + 3..<64 * 6 + 6, with: [0, 0, 0])
        let damaged = try open(bytes)
        #expect(throws: GeoDatabaseError.self) { try damaged.forEachNetwork { _, _ in } }
        #expect(try damaged.lookup(address("192.0.2.1")).location.country == CountryCode("FR"))
    }

    @Test func aTreeOfDoubledWaysIsGivenUpSoon() throws {
        var bytes = try database([("192.0.2.1/32", country("FR")), ("::1:0:0:0/80", country("FR"))])
        // Every node's right record is its left one: 2 to the power of 96 ways down.
        for node in 0..<90 { bytes.replaceSubrange(node * 6 + 3..<node * 6 + 6, with: bytes[node * 6..<node * 6 + 3]) }
        let damaged = try open(bytes)
        #expect(throws: GeoDatabaseError.self) { try damaged.forEachNetwork { _, _ in } }
    }

    @Test(arguments: [[0xFF, 0xFF, 0xFF], [0, 0, 121], [0, 0, 135]] as [[UInt8]])
    func aLeafOutsideTheDataIsCorrupt(leaf: [UInt8]) throws {
        var bytes = try database([("192.0.2.0/24", country("FR")), ("8000::/1", country("FR"))])
        // 120 nodes: a value of 136 is the first octet of the data.
        bytes.replaceSubrange(3..<6, with: leaf)
        let damaged = try open(bytes)
        #expect(throws: GeoDatabaseError.self) { try damaged.lookup(address("ff02::1")) }
        #expect(throws: GeoDatabaseError.self) { try damaged.forEachNetwork { _, _ in } }
    }

    @Test func aRecordThatEndsTooSoonIsCorrupt() throws {
        // A map that promises 28 members has another map's end after it.
        var bytes = try database([("192.0.2.0/24", country("FR")), ("9.0.0.0/8", ["note": country("DE")])])
        let nodes = Int(try open(bytes).metadata.nodeCount)
        bytes[nodes * 6 + 16] = 0b111_11100
        #expect(throws: GeoDatabaseError.self) {
            let damaged = try open(bytes)
            _ = try damaged.forEachNetwork { _, _ in }
        }
    }
}
