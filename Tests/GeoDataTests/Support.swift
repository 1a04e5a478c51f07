import Addressing
import Foundation
import GeoData
import Testing

/// A file in the temporary folder that goes when its owner goes.
final class TemporaryFile {
    let path: String

    init(_ bytes: some Sequence<UInt8>) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "tern-geodata-\(UUID().uuidString)").path
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// SplitMix64: random numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// The octets of a database with these networks.
func database(
    _ networks: [(String, MMDBValue)],
    type: String = "Test-Country",
    family: IPAddress.Family = .v6,
    buildEpoch: UInt64 = 1_700_000_000
) throws -> [UInt8] {
    var writer = MMDBWriter(databaseType: type, description: "A test", family: family)
    for (network, record) in networks { writer.insert(try #require(IPPrefix(network)), writer.record(record)) }
    return try #require(writer.build(buildEpoch: buildEpoch))
}

/// A record with a country alone.
func country(_ code: String) -> MMDBValue { ["country": ["iso_code": .string(code)]] }

/// Opens a database that is made of these octets; the file may go once it is mapped.
func open(_ bytes: [UInt8]) throws -> GeoDatabase {
    let file = try TemporaryFile(bytes)
    return try withExtendedLifetime(file) { try GeoDatabase(path: file.path) }
}

func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }
