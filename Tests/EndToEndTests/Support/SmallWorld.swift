import Addressing
import Foundation

/// A geographic database of a few networks, for tests that are not about the map: a debug build reads it at once.
enum SmallWorld {
    private static let networks = [
        ("8.0.0.0/12", "US"), ("20.0.0.0/8", "US"), ("41.224.0.0/13", "TN"), ("49.200.0.0/13", "IN"),
        ("81.2.64.0/18", "GB"), ("133.0.0.0/8", "JP"), ("200.160.0.0/15", "BR"), ("2a00:1450::/32", "IE"),
    ]

    /// The options for `tern serve`, `tern up` and `tern explain`.
    static func options() throws -> [String] { ["--geoip", try built.get().path] }

    private static let built = Result { () throws -> (folder: TemporaryFolder, path: String) in
        let folder = try TemporaryFolder()
        return (folder, try build(networks, in: folder, name: "small.mmdb"))
    }

    /// Builds a database of networks and their countries.
    ///
    /// - Returns: its path.
    static func build(_ networks: [(String, String)], in folder: TemporaryFolder, name: String) throws -> String {
        try folder.write(lines(networks, .v4), to: "geoip")
        try folder.write(lines(networks, .v6), to: "geoip6")
        let path = folder.path + "/" + name
        let build = try Program.run(
            try Program.tern(),
            ["geodata", "build", "--tor", folder.path, "--output", path]
        )
        guard build.status == 0 else { throw Unfulfilled("tern geodata build: \(build)") }
        return path
    }

    /// The networks of a family as `tern geodata build` reads them: first and last address, and country.
    private static func lines(_ networks: [(String, String)], _ family: IPAddress.Family) -> String {
        let lines = networks.compactMap { text, country -> String? in
            guard let network = IPPrefix(text), network.address.family == family else { return nil }
            let first = network.address.bits
            let last = first | (1 << (family.bitWidth - network.length) - 1)
            return family == .v4
                ? "\(first),\(last),\(country)\n" : "\(IPAddress(v6: first)),\(IPAddress(v6: last)),\(country)\n"
        }
        return "# Generated: Thu, 25 Jun 2026 04:33:59 GMT\n" + lines.joined()
    }
}
