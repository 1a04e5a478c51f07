import Addressing
import TCPTransport
import Telemetry

/// A client's connection, whatever it carries.
class ClientConnection: Connection {
    final let core: ProxyCore
    final let resources: LoopResources
    private final var roundTrip = RoundTripSensor.Connection.none

    init(core: ProxyCore, resources: LoopResources) {
        self.core = core
        self.resources = resources
        super.init(loop: resources.loop)
    }

    /// What a client that has broken off still says is of no use.
    override var readsAfterFailure: Bool { false }

    override func closing() {
        measureRoundTrip()
        roundTrip = .none
    }

    // MARK: - Round trips

    /// The connection has been accepted.
    ///
    /// - Parameter isRelayed: whether it comes from a proxy in front.
    final func beginRoundTrip(from source: Endpoint?, isRelayed: Bool) {
        roundTrip = resources.roundTrips.begin(descriptor, from: source?.address, isRelayed: isRelayed)
    }

    /// The client has acknowledged more than the handshake by now.
    final func measureRoundTrip() {
        guard roundTrip.isMeasured else { return }
        resources.roundTrips.measure(descriptor, &roundTrip)
    }

    // MARK: - What is asked of all of them

    /// The proxy stops: a connection ends with its present response or, when it waits for a request, at once.
    ///
    /// - Parameter gently: a connection that waits for a request may still carry one, lest the request meet the close.
    func stop(gently: Bool) {}

    /// Servers have left the pool, and the time for what they still had to do is over.
    func endDrained(_ servers: Set<Int>) {}
}
