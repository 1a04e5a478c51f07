import DNSWire
import NIOCore
import NIOPosix
import ZoneFile

/// Accepts connections that are passed on octet for octet.
enum StreamListener {
    /// - Parameter pool: the owner name of the pool; it is looked up for each connection.
    static func bootstrap(
        on group: MultiThreadedEventLoopGroup,
        core: ProxyCore,
        pool: DomainName
    ) -> ServerBootstrap {
        .accepting(on: group)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let resources = core.resources(on: channel.eventLoop),
                        let pool = core.pool(named: pool, mode: .tcp), core.admitClient()
                    else { throw ChannelError.eof }
                    let handler = StreamHandler(core: core, resources: resources, pool: pool)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
    }
}
