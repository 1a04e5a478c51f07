import Addressing
import DNSWire
import NIOCore
import NIOPosix
import ZoneFile

/// Receives datagrams that are passed on.
enum DatagramListener {
    /// Holds the largest datagram.
    static var receiveAllocator: FixedSizeRecvByteBufferAllocator { FixedSizeRecvByteBufferAllocator(capacity: 65_536) }

    /// - Parameter pool: the owner name of the pool; it is looked up for each flow.
    static func bootstrap(
        on group: MultiThreadedEventLoopGroup,
        core: ProxyCore,
        pool: DomainName,
        at endpoint: Endpoint
    ) -> DatagramBootstrap {
        let bootstrap = DatagramBootstrap(group: group)
            .channelOption(.recvAllocator, value: receiveAllocator)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DatagramHandler(core: core, pool: pool))
                }
            }
        // With one address, replies leave from it by themselves.
        return endpoint.address.isUnspecified ? bootstrap.channelOption(.receivePacketInfo, value: true) : bootstrap
    }
}
