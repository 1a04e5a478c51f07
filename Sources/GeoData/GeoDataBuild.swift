import Addressing

/// Makes the country database that Tern comes with from the files of the tor-geoipdb package.
package enum GeoDataBuild {
    /// What was made.
    package struct Summary: Hashable, Sendable {
        /// The path of the database.
        package let output: String
        /// Its size in octets.
        package let size: Int
        /// The ranges of the source files that are in it.
        package let rangeCount: Int
        /// The ranges left out because their country is not known.
        package let skippedCount: Int
        /// What it says of itself.
        package let metadata: GeoDatabaseMetadata
    }

    /// Reads `geoip` and `geoip6` of a folder and writes a database in MaxMind format.
    ///
    /// The file is written beside `output` and renamed over it, so a server that has it mapped is not disturbed. The
    /// same sources give the same octets: the time of making is that of the sources.
    ///
    /// - Parameters:
    ///   - torDirectory: the folder, `/usr/share/tor` where Debian has it.
    ///   - output: the path of the database.
    package static func run(torDirectory: String, output: String) throws(GeoDataBuildError) -> Summary {
        var importer = TorGeoIPImporter()
        for (name, family) in [("geoip", IPAddress.Family.v4), ("geoip6", .v6)] {
            let path = torDirectory + "/" + name
            try importer.read(try FileContents.read(path), path: path, family: family)
        }
        guard let epoch = importer.buildEpoch else {
            throw .malformed(path: torDirectory + "/geoip", line: 1, reason: "no comment says 'Generated:' and a date")
        }
        guard let bytes = importer.writer.build(buildEpoch: epoch) else { throw .tooLarge }
        try FileContents.write(bytes, to: output)
        do {
            let database = try GeoDatabase(path: output)
            return Summary(
                output: output,
                size: bytes.count,
                rangeCount: importer.rangeCount,
                skippedCount: importer.skippedCount,
                metadata: database.metadata
            )
        } catch {
            throw .unreadable(error)
        }
    }
}

extension GeoDataBuild.Summary: CustomStringConvertible {
    package var description: String {
        "\(output): \(metadata), \(size) octets, from \(rangeCount) ranges (\(skippedCount) of unknown place left out)"
    }
}

/// Why the country database cannot be made.
package enum GeoDataBuildError: Error, Hashable, Sendable {
    /// A source file cannot be read; the reason is the system's.
    case cannotRead(path: String, reason: String)
    /// A line of a source file, counted from 1, is not what it should be.
    case malformed(path: String, line: Int, reason: String)
    /// The database cannot be written; the reason is the system's.
    case cannotWrite(path: String, reason: String)
    /// There are more networks than the format has room for.
    case tooLarge
    /// The database was written but cannot be opened.
    case unreadable(GeoDatabaseError)
}

extension GeoDataBuildError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .cannotRead(let path, let reason): "\(path): cannot read: \(reason); try: apt-get install tor-geoipdb"
        case .malformed(let path, let line, let reason):
            "\(path):\(line): \(reason); try: apt-get install --reinstall tor-geoipdb"
        case .cannotWrite(let path, let reason): "\(path): cannot write: \(reason)"
        case .tooLarge: "more networks than a MaxMind database has room for"
        case .unreadable(let error): error.description
        }
    }
}
