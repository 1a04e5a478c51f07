import DNSWire

/// Which of the listed files an update reads.
struct ReadingPlan {
    private let listing: ZoneListing
    /// For each file whether it is to be read.
    private var isDemanded: [Bool]
    /// For each file whether it was.
    private var isRead: [Bool]
    /// The file of each zone, made when something asks for it: names of a hundred thousand zones take their time.
    private var origins: [DomainName: Int]?
    /// Files that were served and are gone.
    private(set) var removedFiles: [String] = []
    /// Zones that were served and are gone.
    private(set) var removed: [DomainName] = []

    /// Whether zones came or went, so that any name may be in another zone than before.
    private(set) var hasOrigins = false

    /// - Parameters:
    ///   - listing: all files.
    ///   - isChanged: for each of them whether it is to be read in any case.
    ///   - known: the files that are served.
    ///   - reading: is told of zones that are in two files.
    init(_ listing: ZoneListing, isChanged: [Bool], known: [String: KnownFile], _ reading: inout ZoneReading) {
        self.listing = listing
        isDemanded = isChanged
        isRead = isChanged.map { _ in false }
        let added = listing.files.indices.filter { isChanged[$0] && known[listing.files[$0].path] == nil }
        if listing.files.count - added.count < known.count {
            let listed = Set(listing.files.map(\.path))
            removedFiles = known.keys.filter { !listed.contains($0) }
        }
        guard !added.isEmpty || !removedFiles.isEmpty else { return }
        hasOrigins = true
        let origins = indexed(&reading)
        let before = removedFiles.compactMap { ZoneFileReader.origin(ofFile: $0) }
        removed = before.filter { origins[$0] == nil }
        guard !known.isEmpty else { return }
        for origin in removed + added.compactMap({ ZoneFileReader.origin(ofFile: listing.files[$0].path) }) {
            guard let parent = origin.parent, let file = parent.ancestry.lazy.compactMap({ origins[$0] }).first else {
                continue
            }
            isDemanded[file] = true
        }
    }

    /// The file of the zone that a name is in.
    mutating func file(of name: DomainName) -> Int? {
        if origins == nil {
            var ignored = ZoneReading()
            _ = indexed(&ignored)
        }
        guard let origins else { return nil }
        return name.ancestry.lazy.compactMap { origins[$0] }.first
    }

    /// Has a file read.
    mutating func demand(_ file: Int) { isDemanded[file] = true }

    /// Reads what is to be read and was not yet.
    mutating func readAll(_ reading: inout ZoneReading) {
        for file in listing.files.indices where isDemanded[file] && !isRead[file] {
            isRead[file] = true
            reading.read(listing.files[file].path, file: file)
        }
    }

    /// Makes `origins`; of two files of one zone the second is reported and not read.
    private mutating func indexed(_ reading: inout ZoneReading) -> [DomainName: Int] {
        var origins: [DomainName: Int] = [:]
        origins.reserveCapacity(listing.files.count)
        for (number, file) in listing.files.enumerated() {
            guard let origin = ZoneFileReader.origin(ofFile: file.path) else { continue }
            if let first = origins[origin] {
                isRead[number] = true
                reading.report(.repeatedZone(origin, first: listing.files[first].path, again: file.path))
            } else {
                origins[origin] = number
            }
        }
        self.origins = origins
        return origins
    }
}
