import Addressing
import CMaxMindDB
import Geography

extension GeoDatabase {
    /// ISO 3166-2 allows three letters after the country; room for databases with codes of their own.
    private static let maximumSubdivisionOctets = 16

    /// Decodes the record at an offset of the data section.
    ///
    /// - Throws: ``GeoDatabaseError/corrupt(path:reason:)`` when it cannot be decoded. A value of unexpected type or
    ///   out of its range is taken as missing: databases differ, and one odd record must not take the file away.
    func location(at offset: UInt32) throws(GeoDatabaseError) -> Location {
        let record = unsafe MMDB_entry_s(mmdb: handle, offset: offset)
        var location = Location()
        if let country = try unsafe entry("country", in: record) {
            location.country = try unsafe text("iso_code", in: country).flatMap { CountryCode($0) }
        }
        if location.country == nil, let country = try unsafe entry("registered_country", in: record) {
            location.country = try unsafe text("iso_code", in: country).flatMap { CountryCode($0) }
        }
        if let continent = try unsafe entry("continent", in: record) {
            location.continent = try unsafe text("code", in: continent).flatMap(Continent.init(rawValue:))
        }
        if let place = try unsafe entry("location", in: record),
            let latitude = try unsafe number("latitude", in: place),
            let longitude = try unsafe number("longitude", in: place)
        {
            location.coordinates = GeoPoint(latitude: latitude, longitude: longitude)
        }
        location.subdivisions = try unsafe subdivisions(of: record)
        location.autonomousSystem = try unsafe unsigned("autonomous_system_number", in: record)
        if let country = location.country.flatMap(Country.init) {
            location.continent = location.continent ?? country.continent
            location.coordinates = location.coordinates ?? country.coordinates
        }
        return location
    }

    /// The codes of `subdivisions`, largest first.
    private func subdivisions(of record: MMDB_entry_s) throws(GeoDatabaseError) -> [String] {
        guard let list = try unsafe entry("subdivisions", in: record) else { return [] }
        var codes: [String] = []
        for index in Self.indexes {
            guard let subdivision = try unsafe entry(index, in: list) else { break }
            guard let code = try unsafe text("iso_code", in: subdivision) else { break }
            guard code.utf8.count <= Self.maximumSubdivisionOctets else { break }
            codes.append(code)
        }
        return codes
    }

    /// The positions of an array as the library wants them. A country has at most a few levels of subdivision; what a
    /// damaged file says beyond that is not read.
    private static let indexes: [StaticString] = ["0", "1", "2", "3", "4", "5", "6", "7"]

    // MARK: - Members of a map

    /// The map or array under `key`.
    private func entry(_ key: StaticString, in map: MMDB_entry_s) throws(GeoDatabaseError) -> MMDB_entry_s? {
        guard let data = try unsafe member(key, of: map) else { return nil }
        guard unsafe data.type == MMDB_DATA_TYPE_MAP || data.type == MMDB_DATA_TYPE_ARRAY else { return nil }
        return unsafe MMDB_entry_s(mmdb: handle, offset: data.offset)
    }

    /// The string under `key`, ill-formed UTF-8 repaired.
    private func text(_ key: StaticString, in map: MMDB_entry_s) throws(GeoDatabaseError) -> String? {
        guard let data = try unsafe member(key, of: map) else { return nil }
        return unsafe data.text
    }

    /// The floating-point number under `key`.
    private func number(_ key: StaticString, in map: MMDB_entry_s) throws(GeoDatabaseError) -> Double? {
        guard let data = try unsafe member(key, of: map) else { return nil }
        return switch unsafe Int32(bitPattern: data.type) {
        case MMDB_DATA_TYPE_DOUBLE: unsafe data.double_value
        case MMDB_DATA_TYPE_FLOAT: unsafe Double(data.float_value)
        default: nil
        }
    }

    /// The unsigned number of at most 32 bits under `key`.
    private func unsigned(_ key: StaticString, in map: MMDB_entry_s) throws(GeoDatabaseError) -> UInt32? {
        guard let data = try unsafe member(key, of: map) else { return nil }
        return switch unsafe Int32(bitPattern: data.type) {
        case MMDB_DATA_TYPE_UINT16: unsafe UInt32(data.uint16)
        case MMDB_DATA_TYPE_UINT32: unsafe data.uint32
        default: nil
        }
    }

    /// The value under a key of a map, or at an index of an array.
    private func member(_ key: StaticString, of map: MMDB_entry_s) throws(GeoDatabaseError) -> MMDB_entry_data_s? {
        var map = unsafe map
        var data = unsafe MMDB_entry_data_s()
        let status = key.withUTF8Buffer { octets in
            // A static string ends in a zero octet that its count leaves out.
            unsafe octets.withMemoryRebound(to: CChar.self) { text in
                unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: 2) { keys in
                    _ = unsafe keys.initialize(fromContentsOf: [text.baseAddress, nil])
                    return unsafe MMDB_aget_value(&map, &data, keys.baseAddress)
                }
            }
        }
        switch status {
        case MMDB_SUCCESS: return unsafe data.has_data ? data : nil
        case MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR: return nil
        default: throw corrupt(libraryText(status))
        }
    }
}

extension MMDB_entry_data_s {
    /// The value when it is a string, ill-formed UTF-8 repaired.
    var text: String? {
        guard unsafe type == MMDB_DATA_TYPE_UTF8_STRING else { return nil }
        return unsafe String(
            decoding: UnsafeRawBufferPointer(start: utf8_string, count: Int(data_size)),
            as: UTF8.self
        )
    }
}
