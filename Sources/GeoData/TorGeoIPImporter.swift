import Addressing
import Geography
import Glibc

/// Reads the country files of the tor-geoipdb package into a database writer.
///
/// A line is a range of addresses, both ends included, and the country they are used in. In `geoip` the addresses are
/// decimal numbers, in `geoip6` they are written as addresses. Comments start with `#`; the one that starts with
/// `Generated:` has the age of the data.
///
///     16777216,16777471,AU
///     2001:200::,2001:200:134:ffff:ffff:ffff:ffff:ffff,JP
struct TorGeoIPImporter {
    /// The networks so far.
    private(set) var writer = MMDBWriter(
        databaseType: "Tern-Country",
        description: "Countries of networks, from the IPFire Location database, CC BY-SA 4.0"
    )
    /// The newest `Generated:` time met, in seconds since 1970 UTC.
    private(set) var buildEpoch: UInt64?
    /// The ranges imported.
    private(set) var rangeCount = 0
    /// The ranges whose place is not known or whose code is nobody's.
    private(set) var skippedCount = 0
    /// For each code met its record, `nil` for those to be skipped.
    private var records: [String: MMDBWriter.RecordID?] = [:]

    /// Why a line cannot be read.
    enum LineError: Error {
        case notThreeFields
        case noAddress(String)
        case backwards
        case noCode(String)
    }

    /// Reads one file.
    ///
    /// - Parameters:
    ///   - contents: the octets of the file.
    ///   - path: its name, for errors.
    ///   - family: `.v4` for `geoip`, `.v6` for `geoip6`.
    /// - Throws: ``GeoDataBuildError/malformed(path:line:reason:)`` with the first line that cannot be read.
    mutating func read(_ contents: [UInt8], path: String, family: IPAddress.Family) throws(GeoDataBuildError) {
        var start = 0
        var number = 0
        while start < contents.count {
            let end = contents[start...].firstIndex(of: UInt8(ascii: "\n")) ?? contents.count
            let line = contents[start..<end]
            start = end + 1
            number += 1
            guard let first = line.first else { continue }
            if first == UInt8(ascii: "#") {
                readComment(String(decoding: line, as: UTF8.self))
                continue
            }
            do throws(LineError) {
                try readRange(line, family: family)
            } catch {
                throw .malformed(path: path, line: number, reason: error.description)
            }
        }
    }

    private mutating func readRange(_ line: ArraySlice<UInt8>, family: IPAddress.Family) throws(LineError) {
        let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard fields.count == 3 else { throw .notThreeFields }
        let first = try Self.address(fields[0], family: family)
        let last = try Self.address(fields[1], family: family)
        guard first <= last else { throw .backwards }
        guard let record = try record(for: String(decoding: fields[2], as: UTF8.self)) else {
            skippedCount += 1
            return
        }
        rangeCount += 1
        IPPrefix.forEach(from: first, through: last) { writer.insert($0, record) }
    }

    private static func address(_ field: ArraySlice<UInt8>, family: IPAddress.Family) throws(LineError) -> IPAddress {
        let text = String(decoding: field, as: UTF8.self)
        switch family {
        case .v4: if let bits = UInt32(text) { return IPAddress(v4: bits) }
        case .v6: if let address = IPAddress(text), address.family == .v6 { return address }
        }
        throw .noAddress(text)
    }

    /// Takes the time from `# Generated: Thu, 25 Jun 2026 04:33:59 GMT`.
    private mutating func readComment(_ line: String) {
        let words = line.dropFirst().split(separator: " ")
        guard words.count == 7, words[0] == "Generated:", words[6] == "GMT" else { return }
        let clock = words[5].split(separator: ":").compactMap { CInt($0) }
        guard clock.count == 3, let day = CInt(words[2]), let year = CInt(words[4]),
            let month = Self.months.firstIndex(of: String(words[3])), (1970...9999).contains(year)
        else { return }
        var parts = unsafe tm()
        unsafe parts.tm_year = year - 1900
        unsafe parts.tm_mon = CInt(month)
        unsafe parts.tm_mday = day
        unsafe parts.tm_hour = clock[0]
        unsafe parts.tm_min = clock[1]
        unsafe parts.tm_sec = clock[2]
        buildEpoch = max(buildEpoch ?? 0, UInt64(clamping: unsafe timegm(&parts)))
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    // MARK: - Records

    /// The record for a code of the files, `nil` when it says nothing.
    private mutating func record(for code: String) throws(LineError) -> MMDBWriter.RecordID? {
        if let known = records[code] { return known }
        guard code == "??" || CountryCode(code) != nil else { throw .noCode(code) }
        let record = Self.value(for: code).map { writer.record($0) }
        records[code] = .some(record)
        return record
    }

    /// Codes that are not assigned, or no longer, for countries that have another one.
    private static let otherCodes = ["UK": "GB", "CS": "RS", "AN": "CW"]

    /// Codes for networks that are used all over a continent, with a point in its middle.
    private static let continentCodes: [String: (Continent, latitude: Double, longitude: Double)] = [
        "EU": (.europe, 47, 8), "AP": (.asia, 35, 105),
    ]

    /// A record in the layout of GeoLite2-Country, with the coordinates of GeoLite2-City.
    private static func value(for code: String) -> MMDBValue? {
        if let (continent, latitude, longitude) = continentCodes[code] {
            return [
                "continent": value(of: continent),
                "location": ["latitude": .double(latitude), "longitude": .double(longitude)],
            ]
        }
        guard let country = CountryCode(otherCodes[code] ?? code).flatMap(Country.init) else { return nil }
        return [
            "continent": value(of: country.continent),
            "country": ["iso_code": .string(country.code.description), "names": ["en": .string(country.name)]],
            "location": [
                "latitude": .double(country.coordinates.latitude), "longitude": .double(country.coordinates.longitude),
            ],
        ]
    }

    private static func value(of continent: Continent) -> MMDBValue {
        ["code": .string(continent.rawValue), "names": ["en": .string(continent.name)]]
    }
}

extension TorGeoIPImporter.LineError: CustomStringConvertible {
    var description: String {
        switch self {
        case .notThreeFields: "expected FIRST,LAST,COUNTRY"
        case .noAddress(let text): "'\(text)' is no address"
        case .backwards: "the range ends before it starts"
        case .noCode(let text): "'\(text)' is no country code"
        }
    }
}
