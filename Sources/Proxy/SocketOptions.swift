import NIOCore

extension ChannelOption where Self == ChannelOptions.Types.SocketOption {
    /// TCP_NOTSENT_LOWAT: a socket counts as writable only while it holds fewer octets than this that have not been
    /// sent, so that what a slow client costs the kernel is bounded too, and its progress is noticed in small steps.
    static var notSentLowWater: ChannelOptions.Types.SocketOption {
        ChannelOptions.Types.SocketOption(level: .tcp, name: NIOBSDSocket.Option(rawValue: 25))
    }
}
