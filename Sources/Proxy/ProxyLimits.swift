package import HTTPWire

/// How much a proxy waits for, holds and tries.
package struct ProxyLimits: Sendable {
    /// How large heads and the coding of bodies may be.
    package var message = MessageLimits()
    /// From the first octet of a request, or from the start of a connection, to the end of the head.
    package var requestHead = Duration.seconds(10)
    /// Between two requests of a client's connection.
    package var keepAlive = Duration.seconds(60)
    /// For one connection to a server to be accepted.
    package var connect = Duration.seconds(3)
    /// From the last sign of life to the head of the response.
    package var responseHead = Duration.seconds(60)
    /// Without progress of a body in either direction.
    package var stalledBody = Duration.seconds(60)
    /// From the head of a request to the end of its response; `nil` for as long as something moves. Tunnels have none.
    package var total: Duration?
    /// Without an octet in either direction after 101, or on a connection that is passed on octet for octet.
    package var idleTunnel = Duration.seconds(3600)
    /// Without a datagram in either direction of a flow.
    package var idleFlow = Duration.seconds(60)
    /// For the client to close its side after a response that ends the connection.
    package var linger = Duration.seconds(2)
    /// For requests in progress to end when the proxy stops.
    package var stop = Duration.seconds(10)
    /// For connections to end after the listeners have been handed over to another process.
    package var drain = Duration.seconds(600)
    /// Further servers tried when a connection fails.
    package var furtherServers = 2
    /// Idle connections to one server kept by one event loop: as many as may well be in use at once, since opening one
    /// anew costs twice what a request does.
    package var idlePerServer = 1024
    /// Idle connections to all servers kept by one event loop.
    package var idleTotal = 4096
    /// How long an idle connection to a server is kept.
    package var idleUpstream = Duration.seconds(30)
    /// Connections of clients at a time; those beyond it are closed at once.
    package var clients = 20_000
    /// Flows of datagrams at a time for each listener; the first datagram of one beyond it is dropped.
    package var flows = 10_000
    /// Octets of a client that are held while its request cannot go on.
    package var heldInput = 65_536

    /// The defaults.
    package init() {}
}
