import Addressing
import DNSWire
import ZoneFile

/// The processes that `tern up` runs for a set of zones.
struct UpPlan {
    /// One process: what it is called and how it is started.
    struct Role: Hashable {
        /// The prefix of its lines: `us-east`, `app1.us-east`, `dns`.
        var name: String
        /// The command line after `tern`.
        var arguments: [String]
    }

    /// Sample servers, one for each address and port of an SRV record on loopback.
    var origins: [Role] = []
    /// One for each region with addresses on loopback.
    var proxies: [Role] = []
    /// The name server.
    var nameServer: Role
    /// Regions and servers that are elsewhere, so that nothing is started for them.
    var skipped: [String] = []

    /// - Parameters:
    ///   - zones: the paths as given.
    ///   - records: what they say.
    ///   - listen: where the name server listens.
    ///   - nameServerOptions: further options for it.
    init(zones: [String], records: ControlRecords, listen: [String], nameServerOptions: [String]) {
        nameServer = Role(
            name: "dns",
            arguments: ["serve"] + Self.noConfiguration + listen.flatMap { ["--listen", $0] } + nameServerOptions
                + zones
        )
        var taken: Set<Endpoint> = []
        for region in records.regions {
            let label = Self.label(region.record.name, among: records)
            guard !region.addresses.isEmpty, region.addresses.allSatisfy(\.isLoopback) else {
                skipped.append("region \(label)")
                continue
            }
            proxies.append(
                Role(
                    name: label,
                    arguments: ["proxy", "--region", region.record.name.description, "--threads", "1"]
                        + Self.noConfiguration + zones
                )
            )
            for server in records.pools.lazy.filter({ $0.region == region.record.name }).flatMap(\.servers) {
                let name = String(server.target.readable.prefix { $0 != "." })
                for address in server.addresses {
                    let endpoint = Endpoint(address, port: server.port)
                    guard address.isLoopback else {
                        skipped.append("server \(endpoint)")
                        continue
                    }
                    guard taken.insert(endpoint).inserted else { continue }
                    let listen = ["--listen", endpoint.description]
                    origins.append(
                        Role(
                            name: "\(name).\(label)",
                            arguments: ["origin", "--name", name, "--region", label] + listen
                        )
                    )
                }
            }
        }
    }

    /// A tern.yaml that happens to be here is for a name server or a proxy, not for all of them at once.
    private static let noConfiguration = ["--no-config"]

    /// The first label of a region's name where it is unique, else the whole name.
    private static func label(_ name: DomainName, among records: ControlRecords) -> String {
        let first = name.readable.prefix { $0 != "." }
        let count = records.regions.count { $0.record.name.readable.prefix { $0 != "." } == first }
        return count == 1 ? String(first) : name.readable
    }
}
