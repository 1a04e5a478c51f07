import Addressing
import DNSWire
import NIOCore

/// One address of one SRV target: what a request is sent to.
final class PooledServer: Sendable {
    /// What makes it the same server after a reload.
    struct Identity: Hashable, Sendable {
        let target: DomainName
        let endpoint: Endpoint
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
