import Addressing
import ArgumentParser
import GeoData

/// `tern geodata`: geographic databases.
struct GeodataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "geodata",
        abstract: "Build the country database that Tern comes with, or look an address up in any.",
        subcommands: [Build.self, Lookup.self]
    )

    /// `tern geodata build`
    struct Build: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Build a country database from Debian's tor-geoipdb."
        )

        @Option(name: .long, help: "The folder of the files geoip and geoip6.")
        var tor = "/usr/share/tor"

        @Option(name: .long, help: "The file to write.")
        var output = "geodata/country.mmdb"

        func run() throws {
            do {
                print(try GeoDataBuild.run(torDirectory: tor, output: output))
            } catch {
                throw Failure(error)
            }
        }
    }

    /// `tern geodata lookup`
    struct Lookup: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what a MaxMind-format database says of addresses."
        )

        @Option(name: .customLong("geoip"), help: "The database.")
        var path = "geodata/country.mmdb"

        @Argument(help: "IPv4 or IPv6 addresses.")
        var addresses: [String]

        func run() throws {
            let parsed = try addresses.map { text in
                guard let address = IPAddress(text) else { throw ValidationError("'\(text)' is no address") }
                return address
            }
            do {
                let database = try GeoDatabase(path: path)
                for address in parsed { print(try database.report(on: address)) }
            } catch {
                throw Failure(error)
            }
        }
    }
}
