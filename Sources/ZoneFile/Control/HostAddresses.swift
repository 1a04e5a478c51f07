import Addressing
import DNSWire

/// The addresses of the hosts that the SRV records of pools name, each from the zone that it belongs to: of the zones
/// served, the one with the longest name that the host is in.
struct HostAddresses {
    private var addresses: [DomainName: [IPAddress]] = [:]

    /// The addresses of a host, in the order written; none when its zone does not have it.
    subscript(host: DomainName) -> [IPAddress] { addresses[host] ?? [] }

    /// The addresses of the hosts that `zones` name and have.
    init(of zones: [Zone]) {
        self.init(Self.hosts(of: zones), in: zones, packed: [])
    }

    /// The addresses of some hosts.
    ///
    /// - Parameters:
    ///   - hosts: their names.
    ///   - zones: zones they may be in.
    ///   - packed: further ones.
    init(_ hosts: Set<DomainName>, in zones: [Zone], packed: [PackedZone]) {
        guard !hosts.isEmpty else { return }
        var places: [DomainName: Int] = [:]
        for (place, zone) in zones.enumerated() { places[zone.origin] = place }
        for (place, zone) in packed.enumerated() { places[zone.origin] = zones.count + place }
        var sought: [Int: Set<DomainName>] = [:]
        for host in hosts {
            guard let place = host.ancestry.lazy.compactMap({ places[$0] }).first else { continue }
            if place < zones.count {
                addresses[host] = zones[place].node(host)?.addresses
            } else {
                sought[place - zones.count, default: []].insert(host)
            }
        }
        for (place, hosts) in sought {
            packed[place].forEachAddress(of: hosts) { addresses[$0, default: []].append($1) }
        }
    }

    /// The hosts that the pools of zones name.
    static func hosts(of zones: [Zone]) -> Set<DomainName> {
        var hosts: Set<DomainName> = []
        for zone in zones {
            for rrset in zone.rrsets(of: .pool) { hosts.formUnion(rrset.node.servers.map(\.target)) }
        }
        return hosts
    }
}

extension DomainName {
    /// The name and its ancestors up to the root, the longest first.
    var ancestry: some Sequence<DomainName> {
        sequence(first: self) { $0.parent }
    }
}

extension PackedZone {
    /// Calls `body` with each address of some names, in one pass over the zone.
    fileprivate func forEachAddress(of hosts: Set<DomainName>, _ body: (DomainName, IPAddress) -> Void) {
        let lengths = Set(hosts.map(\.wire.count))
        forEachName { owner, place in
            guard lengths.contains(owner.count) else { return }
            let name = DomainName(validated: Array(owner))
            guard hosts.contains(name) else { return }
            forEachRRset(at: place) { type, _, records in
                guard type == .a || type == .aaaa else { return }
                forEachRecord(at: records) { rdata in
                    if let address = IPAddress(octets: rdata) { body(name, address) }
                }
            }
        }
    }
}
