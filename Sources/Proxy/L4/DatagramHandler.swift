import Addressing
import Balancing
import DNSWire
import NIOCore
import NIOPosix
import ZoneFile

/// Passes datagrams on to the servers of a pool: those of one client to one server, over a socket of their own, so that
/// a reply finds its client, and no other host than that server can reply.
///
/// Confined to the event loop of its listener, on which the sockets of all flows are.
final class DatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let core: ProxyCore
    private let poolName: DomainName
    private var flows: FlowTable<Endpoint, DatagramFlow>
    private var sweep: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    init(core: ProxyCore, pool: DomainName) {
        self.core = core
        poolName = pool
        flows = FlowTable(limit: core.limits.flows, idle: TimeAmount(core.limits.idleFlow))
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        core.datagramListeners(on: context.eventLoop)?.handlers[ObjectIdentifier(self)] = self
        sweepLater(on: context.eventLoop)
    }

    /// Ends the flows that have been idle for too long, four times in that time.
    private func sweepLater(on eventLoop: any EventLoop) {
        let period = TimeAmount(core.limits.idleFlow / 4)
        sweep = eventLoop.assumeIsolated().scheduleTask(in: period) { [self] in
            for flow in flows.takeIdle(now: eventLoop.now) { end(flow) }
            sweepLater(on: eventLoop)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        core.datagramListeners(on: context.eventLoop)?.handlers[ObjectIdentifier(self)] = nil
        sweep?.cancel()
        sweep = nil
        for flow in flows.takeAll() { end(flow) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = Self.unwrapInboundIn(data)
        guard let client = Endpoint(envelope.remoteAddress) else { return }
        if let flow = flows.use(client, now: context.eventLoop.now) {
            flow.send(envelope.data)
        } else if let flow = begin(client, envelope, on: context.eventLoop) {
            flow.send(envelope.data)
        } else {
            core.counters.countDroppedDatagram()
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Of one datagram: an ICMP message, or no room for it. The socket is still good.
        core.counters.countDroppedDatagram()
    }

    private func begin(
        _ client: Endpoint,
        _ first: AddressedEnvelope<ByteBuffer>,
        on eventLoop: any EventLoop
    ) -> DatagramFlow? {
        guard flows.hasRoom, let pool = core.pool(named: poolName, mode: .udp),
            let server = pool.pick(from: client.address)
        else { return nil }
        let flow = DatagramFlow(
            client: client,
            address: first.remoteAddress,
            packetInfo: first.metadata?.packetInfo,
            pool: pool,
            server: server,
            listener: self
        )
        flows.add(flow, for: client, now: eventLoop.now)
        core.counters.countFlow()
        flow.open(on: eventLoop)
        return flow
    }

    /// Servers have left the pool, and the time for what they still had to do is over: the next datagram of a client
    /// begins another flow.
    func endDrained(_ servers: Set<Int>) {
        for flow in flows.take(where: { servers.contains($0.server.key) }) {
            core.counters.countDrainOverrun()
            end(flow)
        }
    }

    private func end(_ flow: DatagramFlow, _ outcome: RequestOutcome = .cancelled) {
        flow.pool.ended(flow.server, outcome)
        flow.close()
    }

    // MARK: - What the flows say

    /// A reply has come.
    func reply(_ data: ByteBuffer, of flow: DatagramFlow) {
        guard let context else { return }
        _ = flows.use(flow.client, now: context.eventLoop.now)
        guard context.channel.isWritable else { return core.counters.countDroppedDatagram() }
        let metadata = flow.packetInfo.map {
            AddressedEnvelope<ByteBuffer>.Metadata(ecnState: .transportNotCapable, packetInfo: $0)
        }
        let envelope = AddressedEnvelope(remoteAddress: flow.address, data: data, metadata: metadata)
        context.write(Self.wrapOutboundOut(envelope), promise: nil)
    }

    func repliesEnd() { context?.flush() }

    /// The server cannot be reached: the next datagram of the client begins another flow.
    func flowFailed(_ flow: DatagramFlow) {
        core.counters.countDroppedDatagram()
        guard flows.remove(flow.client) != nil else { return }
        end(flow, .failure)
    }

    func countDropped() { core.counters.countDroppedDatagram() }
}
