package import Addressing
package import DNSWire

/// A region with the addresses of its proxies.
package struct RegionEntry: Hashable, Sendable {
    /// What the REGION record says.
    package var record: RegionRecord
    /// The A and AAAA records at the region's name, in the order written, IPv4 and IPv6 mixed.
    package var addresses: [IPAddress]

    package init(record: RegionRecord, addresses: [IPAddress]) {
        self.record = record
        self.addresses = addresses
    }
}

/// One server behind a region's proxies: an SRV record of a pool and the addresses of its target.
package struct PoolServer: Hashable, Sendable {
    /// 0 is the active tier; higher numbers are backup tiers in order.
    package var priority: UInt16
    /// The share of the tier; 0 among others means draining.
    package var weight: UInt16
    /// The port in host order.
    package var port: UInt16
    /// The SRV target.
    package var target: DomainName
    /// The target's addresses as the zone files have them.
    package var addresses: [IPAddress]

    package init(priority: UInt16, weight: UInt16, port: UInt16, target: DomainName, addresses: [IPAddress]) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
        self.addresses = addresses
    }
}

/// A pool with its servers.
package struct PoolEntry: Hashable, Sendable {
    /// What the POOL record says.
    package var record: PoolRecord
    /// The region whose proxies use the pool: the owner name without its `_service._proto` labels.
    package var region: DomainName
    /// The service label without its underscore: `http` of `_http._tcp.us-east.example.com.`
    package var service: String
    /// The SRV records at the pool's name.
    package var servers: [PoolServer]

    package init(record: PoolRecord, region: DomainName, service: String, servers: [PoolServer]) {
        self.record = record
        self.region = region
        self.service = service
        self.servers = servers
    }
}

/// Everything the control records of a set of zones say: the regions, how names are steered, the pools.
package struct ControlRecords: Hashable, Sendable {
    /// The regions, in the order written.
    package var regions: [RegionEntry]
    /// The steered names, in the order written.
    package var steers: [SteerRecord]
    /// The pools, in the order written.
    package var pools: [PoolEntry]

    package init(regions: [RegionEntry] = [], steers: [SteerRecord] = [], pools: [PoolEntry] = []) {
        self.regions = regions
        self.steers = steers
        self.pools = pools
    }
}
