import TCPTransport

/// A client's connection, whatever it carries.
class ClientConnection: Connection {
    final let core: ProxyCore
    final let resources: LoopResources

    init(core: ProxyCore, resources: LoopResources) {
        self.core = core
        self.resources = resources
        super.init(loop: resources.loop)
    }

    /// What a client that has broken off still says is of no use.
    override var readsAfterFailure: Bool { false }

    /// The proxy stops: a connection ends with its present response or, when it waits for a request, at once.
    ///
    /// - Parameter gently: a connection that waits for a request may still carry one, lest the request meet the close.
    func stop(gently: Bool) {}

    /// Servers have left the pool, and the time for what they still had to do is over.
    func endDrained(_ servers: Set<Int>) {}
}
