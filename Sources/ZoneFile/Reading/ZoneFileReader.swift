package import DNSWire

/// Reads zone files: master files as RFC 1035 section 5 has them, with `$TTL` (RFC 2308), `$GENERATE` and the form of
/// unknown types (RFC 3597).
package enum ZoneFileReader {
    /// What came of reading a file.
    package struct Outcome: Sendable {
        /// The zone; `nil` when there are errors.
        package var zone: Zone?
        /// The faults in the file and the files it includes, at most 101, in the order found.
        package var findings: [Finding]
        /// What could be read of a zone with errors, for looking for further faults.
        var remains: Zone?

        /// The zone, or what could be read of it, which is not here any more afterwards.
        mutating func take() -> Zone? {
            defer { (zone, remains) = (nil, nil) }
            return zone ?? remains
        }
    }

    /// Gives the octets of an included file, or says in words why it cannot.
    ///
    /// The path is the one written in `$INCLUDE`, a relative one completed with the folder of the including file.
    package typealias Loader = (_ path: String) -> IncludedFile

    /// What a ``Loader`` gives.
    package enum IncludedFile: Sendable {
        case octets([UInt8])
        case unreadable(String)
    }

    /// The end of a zone file's name.
    package static let suffix = ".zone"

    /// Reads a zone file and what it includes.
    ///
    /// - Parameters:
    ///   - path: a file named `ORIGIN.zone`, unless `origin` is given.
    ///   - origin: the name of the apex and the first `$ORIGIN`.
    ///   - willInclude: called with the path of each included file before it is opened.
    package static func read(
        path: String,
        origin: DomainName? = nil,
        willInclude: @escaping (_ path: String) -> Void = { _ in }
    ) -> Outcome {
        switch load(path) {
        case .octets(let octets):
            read(octets, path: path, origin: origin) { path in
                willInclude(path)
                return load(path)
            }
        case .unreadable(let reason): failure(.unreadableFile, "cannot be read: \(reason)", hint: nil, path)
        }
    }

    /// Reads a zone file that is in memory.
    ///
    /// - Parameters:
    ///   - octets: the file.
    ///   - path: its name for findings and `$INCLUDE`, and for the origin where that is not given.
    ///   - origin: the name of the apex and the first `$ORIGIN`.
    ///   - loader: gives the included files; without one, `$INCLUDE` is an error.
    package static func read(
        _ octets: [UInt8],
        path: String,
        origin: DomainName? = nil,
        loader: @escaping Loader = { _ in .unreadable("no files can be included here") }
    ) -> Outcome {
        guard let origin = origin ?? Self.origin(ofFile: path) else {
            return failure(
                .unknownOrigin,
                "the file's name does not say which zone it is",
                hint: "name it ORIGIN\(suffix), such as example.com\(suffix)",
                path
            )
        }
        guard octets.count <= FileAccess.maximumSize else {
            return failure(.unreadableFile, FileAccess.sizeLimit, hint: nil, path)
        }
        var parser = ZoneFileParser(SourceFile(path: path, octets: octets), origin: origin, loader: loader)
        return parser.parse()
    }

    /// The zone that a file's name names: `example.com.` for `zones/example.com.zone`.
    ///
    /// - Returns: `nil` when the name does not end in `.zone` or the rest is no domain name.
    package static func origin(ofFile path: String) -> DomainName? {
        let name = path.split(separator: "/").last ?? ""
        guard name.hasSuffix(suffix), name.utf8.count > suffix.utf8.count else { return nil }
        return try? DomainName(name.dropLast(suffix.count))
    }

    private static func load(_ path: String) -> IncludedFile {
        do {
            return .octets(try FileAccess.read(path))
        } catch {
            return .unreadable(error.description)
        }
    }

    private static func failure(_ code: FindingCode, _ message: String, hint: String?, _ path: String) -> Outcome {
        Outcome(zone: nil, findings: [Finding(code, message, hint: hint, at: SourcePosition(file: path))], remains: nil)
    }
}
