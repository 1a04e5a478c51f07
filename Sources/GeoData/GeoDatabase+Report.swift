package import Addressing
import Geography

extension GeoDatabase {
    /// What the database knows of an address, for people: lines of a name, spaces and a value, unknown values left out.
    ///
    ///     address      2002:5102:45a0::1 (embeds 81.2.69.160)
    ///     network      81.2.64.0/18
    ///     continent    EU Europe
    ///     country      GB United Kingdom
    ///     coordinates  51.51,-0.13
    ///     database     Tern-Country, built 2026-06-25, IPv6, 1234567 nodes
    ///
    /// - Throws: ``GeoDatabaseError/corrupt(path:reason:)``.
    package func report(on address: IPAddress) throws(GeoDatabaseError) -> String {
        let (network, location) = try lookup(address)
        let embedded = address.embeddedIPv4.map { " (embeds \($0))" } ?? ""
        var lines: [(name: String, value: String?)] = [("address", "\(address)\(embedded)"), ("network", "\(network)")]
        if location == .unknown { lines.append(("location", "unknown")) }
        lines.append(("continent", location.continent.map { "\($0.rawValue) \($0.name)" }))
        lines.append(("country", location.country.map { "\($0) \(Country($0)?.name ?? "")" }))
        lines.append(
            ("subdivision", location.subdivisions.isEmpty ? nil : location.subdivisions.joined(separator: " "))
        )
        lines.append(("coordinates", location.coordinates?.description))
        lines.append(("network of", location.autonomousSystem.map { "AS\($0)" }))
        lines.append(("database", metadata.description))
        return lines.compactMap { line in
            line.value.map { line.name + String(repeating: " ", count: 13 - line.name.count) + $0 }
        }.joined(separator: "\n")
    }
}
