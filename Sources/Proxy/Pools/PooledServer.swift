import Addressing
import DNSWire
import NIOCore

/// One address of one SRV target: what a request is sent to.
final class PooledServer: Sendable {
    /// What makes it the same server after a reload.
    struct Identity: Hashable, Sendable {
        let target: DomainName
        let endpoint: Endpoint

        /// The same number in every process: 64-bit FNV-1a of name, address and port.
        var hash: UInt64 {
            var hash = KeyHash()
            for octet in target.canonicalWire { hash.add(octet) }
            for octet in endpoint.address.octets { hash.add(octet) }
            hash.add(UInt8(truncatingIfNeeded: endpoint.port >> 8))
            hash.add(UInt8(truncatingIfNeeded: endpoint.port))
            return hash.value
        }
    }

    /// Its number in the process; never given to another server.
    let key: Int
    let identity: Identity
    /// Where connections are made to.
    let address: SocketAddress

    init(key: Int, identity: Identity, address: SocketAddress) {
        self.key = key
        self.identity = identity
        self.address = address
    }
}

/// 64-bit FNV-1a (Fowler, Noll, Vo), octet by octet.
struct KeyHash {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    @inline(__always)
    mutating func add(_ octet: UInt8) {
        value = (value ^ UInt64(octet)) &* 0x100_0000_01B3
    }

    /// The value with every bit depending on every octet: FNV leaves the last octets in the low bits.
    var mixed: UInt64 {
        var mixed = value
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
