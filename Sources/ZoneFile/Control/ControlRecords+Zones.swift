package import Addressing
import DNSWire

extension ControlRecords {
    /// The control records of zones, each zone's in the order written.
    ///
    /// A region, an address or a server may be in another zone than the record that names it. Control records with
    /// faults, and pools whose owner is not `_service._proto.REGION`, are left out; ``ZoneChecker`` reports them.
    package init(zones: [Zone]) {
        self.init(zones: zones, hosts: HostAddresses(of: zones))
    }

    /// The same with the addresses of the servers that pools name.
    init(zones: [Zone], hosts: HostAddresses) {
        self.init()
        for zone in zones {
            for rrset in zone.rrsets(of: .region) {
                guard let record = try? RegionRecord(name: rrset.node.owner, rdata: rrset.first.rdata) else { continue }
                regions.append(RegionEntry(record: record, addresses: rrset.node.addresses))
            }
            for rrset in zone.rrsets(of: .steer) {
                guard let record = try? SteerRecord(name: rrset.node.owner, rdata: rrset.first.rdata) else { continue }
                steers.append(record)
            }
            for rrset in zone.rrsets(of: .pool) {
                guard let record = try? PoolRecord(name: rrset.node.owner, rdata: rrset.first.rdata),
                    let place = record.place
                else { continue }
                let servers = rrset.node.servers.map { server in
                    var server = server
                    server.addresses = hosts[server.target]
                    return server
                }
                pools.append(PoolEntry(record: record, region: place.region, service: place.service, servers: servers))
            }
        }
    }
}

extension ZoneNode {
    /// The addresses of the A and AAAA records, in the order written.
    package var addresses: [IPAddress] {
        rrsets.filter { $0.type == .a || $0.type == .aaaa }.flatMap { $0.records }.sorted { $0.index < $1.index }
            .compactMap { IPAddress(octets: $0.rdata) }
    }

    /// The SRV records as servers without addresses, in the order written.
    package var servers: [PoolServer] {
        rrset(.srv)?.records.compactMap { PoolServer(srv: $0.rdata) } ?? []
    }
}

extension PoolServer {
    /// Reads the RDATA of an SRV record (RFC 2782).
    ///
    /// - Returns: `nil` when it is malformed.
    package init?(srv rdata: some Collection<UInt8>) {
        let octets = Array(rdata)
        guard octets.count > 6, let target = try? DomainName(wire: octets[6...]) else { return nil }
        self.init(
            priority: UInt16(octets[0]) << 8 | UInt16(octets[1]),
            weight: UInt16(octets[2]) << 8 | UInt16(octets[3]),
            port: UInt16(octets[4]) << 8 | UInt16(octets[5]),
            target: target,
            addresses: []
        )
    }
}
