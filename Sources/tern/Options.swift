import Addressing
import ArgumentParser
import DNSServer
import GeoData
import Geography
import Glibc
import Logging
import Steering
import ZoneFile

/// `--geoip`: where networks are.
struct GeographyOptions: ParsableArguments {
    @Option(
        name: .customLong("geoip"),
        help: "MaxMind-format database: Country, City or ASN. (default: geodata/country.mmdb, else in /usr/share/tern)"
    )
    var path: String?

    /// Where a database is looked for when none is named.
    private static let defaults = [
        "geodata/country.mmdb", "/usr/local/share/tern/country.mmdb", "/usr/share/tern/country.mmdb",
    ]

    /// Reads the database named here, in the configuration, or the first of the default places.
    ///
    /// - Throws: ``Failure`` when a named database cannot be read.
    func atlas(_ settings: Settings, logger: Logger) throws -> Atlas {
        guard let file = file(settings) else {
            logger.warning("no geographic database (--geoip): every client is at an unknown place")
            return .empty
        }
        do {
            return try Atlas(try GeoDatabase(path: file))
        } catch {
            throw Failure(error)
        }
    }

    /// The database as something that is read again when the file is replaced; a damaged one changes nothing.
    func source(
        _ settings: Settings,
        logger: Logger,
        _ take: @escaping @Sendable (Atlas) async -> Void
    ) -> Reloader.Source? {
        guard let file = file(settings) else { return nil }
        return Reloader.Source(name: "geographic database", file: file, loaded: FileFingerprint.of(file)) {
            do {
                await take(try Atlas(try GeoDatabase(path: file)))
                logger.info("reloaded", metadata: ["geoip": "\(file)"])
            } catch {
                logger.error("not reloaded: \(error); the database loaded before stays in use")
            }
        }
    }

    private func file(_ settings: Settings) -> String? {
        path ?? settings.geoip ?? Self.defaults.first { unsafe access($0, R_OK) == 0 }
    }
}

extension Atlas {
    /// An atlas of everything a database knows.
    init(_ database: GeoDatabase) throws(GeoDatabaseError) {
        try self.init { (add) throws(GeoDatabaseError) in
            try database.forEachNetwork { prefix, location in add(prefix, location.index) }
        }
    }
}

/// Hidden options that `tern up` gives to its children.
struct SupervisionOptions: ParsableArguments {
    @Flag(name: .customLong("supervised"), help: .hidden)
    var isSupervised = false
}

/// Facts about this machine.
enum System {
    /// Lets this process have as many open files and sockets as it may.
    static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// The cores this process may use.
    static var coreCount: Int { max(1, Int(sysconf(CInt(_SC_NPROCESSORS_ONLN)))) }
}

/// Logging of the whole program.
enum Log {
    /// A logger that writes to standard error, one line an event.
    static func make(_ label: String) -> Logger {
        Logger(label: label) { StreamLogHandler.standardError(label: $0) }
    }
}

extension Endpoint {
    /// Reads `--listen` values.
    ///
    /// - Throws: a usage error that names the value.
    static func parse(_ texts: [String], defaultPort: UInt16) throws -> [Endpoint] {
        try texts.map { text in
            guard let endpoint = Endpoint(text, defaultPort: defaultPort) else {
                throw ValidationError("'\(text)' is no address to listen on; write 127.0.0.1:5300 or [::1]:5300")
            }
            return endpoint
        }
    }
}
