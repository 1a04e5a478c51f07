import Addressing
import DNSWire
import ZoneFile

/// What a response says of the servers of a service (RFC 2782). Pure.
struct ServiceAnswer {
    /// The SRV records in the order they came, each with the addresses that the additional section has for its target.
    var servers: [PoolServer] = []
    /// The lowest TTL of what was used.
    var ttl = UInt32.max

    /// Servers of one answer at most; more are a fault.
    static let limit = 1024

    /// Reads the answer to an SRV query.
    ///
    /// CNAME records in the answer are followed. A record with the target `.` says that there is no such service, and
    /// one with port 0 cannot be reached: both give no server.
    init(_ response: DNSResponse) throws(DiscoveryError) {
        guard response.code == .noError else { throw .refused(response.code) }
        let owner = response.canonicalName(ttl: &ttl)
        var count = 0
        for record in response.answers where record.type == .srv && record.owner == owner {
            count += 1
            guard count <= Self.limit else { throw .tooMany }
            guard var server = PoolServer(response, srv: record) else { throw .malformed }
            ttl = min(ttl, record.ttl)
            guard !server.target.isRoot, server.port != 0 else { continue }
            for address in response.additional where address.owner == server.target {
                guard let value = IPAddress(response, address) else { continue }
                ttl = min(ttl, address.ttl)
                server.addresses.append(value)
            }
            servers.append(server)
        }
        guard !servers.isEmpty else { throw .empty }
    }

    /// The addresses in the answer to a query for A or AAAA records, none if there are none.
    static func addresses(_ response: DNSResponse, ttl: inout UInt32) throws(DiscoveryError) -> [IPAddress] {
        guard response.code == .noError || response.code == .nxDomain else { throw .refused(response.code) }
        let owner = response.canonicalName(ttl: &ttl)
        var addresses: [IPAddress] = []
        for record in response.answers where record.type == response.question.type && record.owner == owner {
            guard let address = IPAddress(response, record) else { throw .malformed }
            ttl = min(ttl, record.ttl)
            addresses.append(address)
        }
        return addresses
    }
}

/// Why the servers of a pool could not be found out.
enum DiscoveryError: Error, Hashable {
    /// No response came in time.
    case timeout
    /// The server said so.
    case refused(RCode)
    /// The response breaks the rules.
    case malformed
    /// There are more servers than are taken.
    case tooMany
    /// No server is named.
    case empty
    /// None of the servers named has an address.
    case noAddress
    /// The server could not be asked: the reason in the system's words.
    case unreachable(String)
}

extension DiscoveryError: CustomStringConvertible {
    private static let names: [RCode: String] = [
        .formErr: "FORMERR", .servFail: "SERVFAIL", .nxDomain: "NXDOMAIN", .notImp: "NOTIMP", .refused: "REFUSED",
    ]

    var description: String {
        switch self {
        case .timeout: "no response in time"
        case .refused(let code): "the name server answered \(Self.names[code] ?? "with code \(code.rawValue)")"
        case .malformed: "the response is malformed"
        case .tooMany: "more than \(ServiceAnswer.limit) servers"
        case .empty: "no servers are named"
        case .noAddress: "no server has an address"
        case .unreachable(let reason): reason
        }
    }
}

extension DNSResponse {
    /// The name at the end of the CNAME records that begin at QNAME; at most 16, more lead nowhere.
    fileprivate func canonicalName(ttl: inout UInt32) -> DomainName {
        var name = question.name
        for _ in 0..<16 {
            guard let alias = answers.first(where: { $0.type == .cname && $0.owner == name }),
                let target = Self.name(in: octets, at: alias.rdata.lowerBound)?.name
            else { break }
            ttl = min(ttl, alias.ttl)
            name = target
        }
        return name
    }
}

extension PoolServer {
    /// Reads an SRV record, whose target may be compressed though it should not be.
    fileprivate init?(_ response: DNSResponse, srv record: DNSResponse.Record) {
        let octets = response.octets
        let start = record.rdata.lowerBound
        guard record.rdata.count > 6, let (target, end) = DNSResponse.name(in: octets, at: start + 6),
            end == record.rdata.upperBound
        else { return nil }
        func word(_ at: Int) -> UInt16 { UInt16(octets[at]) << 8 | UInt16(octets[at + 1]) }
        self.init(
            priority: word(start),
            weight: word(start + 2),
            port: word(start + 4),
            target: target,
            addresses: []
        )
    }
}

extension IPAddress {
    /// The address of an A or AAAA record.
    fileprivate init?(_ response: DNSResponse, _ record: DNSResponse.Record) {
        guard record.type == .a && record.rdata.count == 4 || record.type == .aaaa && record.rdata.count == 16 else {
            return nil
        }
        self.init(octets: response.octets[record.rdata])
    }
}
