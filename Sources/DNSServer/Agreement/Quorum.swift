package import Steering

/// The other name servers of the same zones, and how many must see a region down before it leaves the answers.
package struct Quorum: Sendable {
    /// Another name server.
    package struct Peer: Sendable {
        /// Where it is asked.
        package var address: String
        /// Asks it; takes a bounded time and memory.
        package var ask: @Sendable () async throws -> PeerView

        package init(address: String, ask: @escaping @Sendable () async throws -> PeerView) {
            self.address = address
            self.ask = ask
        }
    }

    package var peers: [Peer]
    package var need: PeerAgreement.Need
    /// How long an answer may take.
    package var timeout: Duration

    package init(peers: [Peer] = [], need: PeerAgreement.Need = .majority, timeout: Duration = .seconds(1)) {
        self.peers = peers
        self.need = need
        self.timeout = timeout
    }
}

/// How a name server guards against taking its own trouble for that of the regions.
package struct Caution: Sendable {
    package var partition: PartitionGuard.Settings
    package var quorum: Quorum

    package init(partition: PartitionGuard.Settings = PartitionGuard.Settings(), quorum: Quorum = Quorum()) {
        self.partition = partition
        self.quorum = quorum
    }
}
