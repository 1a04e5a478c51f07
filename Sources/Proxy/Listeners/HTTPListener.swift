import NIOCore
import NIOPosix

/// Accepts connections that carry HTTP.
enum HTTPListener {
    static func bootstrap(on group: MultiThreadedEventLoopGroup, core: ProxyCore) -> ServerBootstrap {
        .accepting(on: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let resources = core.resources(on: channel.eventLoop) else { return }
                    guard core.admitClient() else { throw ChannelError.eof }
                    let handler = DownstreamHandler(core: core, resources: resources)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
    }
}

extension ServerBootstrap {
    /// What all listeners for connections have in common.
    static func accepting(on group: MultiThreadedEventLoopGroup) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Connections have it from their listener, without a system call each.
            .serverChannelOption(.notSentLowWater, value: 262_144)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
    }
}
