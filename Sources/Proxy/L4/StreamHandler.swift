import Addressing
import Balancing
import DNSWire
import Glibc
import Logging
import Synchronization
import TCPTransport
import ZoneFile

/// A client's connection that is passed on octet for octet to a server of a pool.
///
/// Neither side is read faster than the other takes it; the client is not read at all before the server is connected, so
/// that nothing is held for it.
final class StreamHandler: ClientConnection {
    private enum Phase { case header, waiting, connecting, relaying, closed }

    private let pool: ServerPool
    private var phase = Phase.connecting
    private var relay = RelayState()
    private var connecting: StreamUpstreamHandler?
    private var upstream: StreamUpstreamHandler?
    private var server: PooledServer?
    /// The place in the pool's line while no server has room.
    private var waiting: WaitingTicket?
    /// Tells a turn in line from those given up.
    private var turn = 0
    private var tried: [Int] = []
    /// Where the client connects from, and what a PROXY protocol header says of both ends.
    private var source: Endpoint?
    private var addresses: ProxyHeader.Addresses?
    private var connectBegin = LoopTime.never
    /// Whether the connection is closed when everything has been sent.
    private var closesAfterOutput = false
    /// What the present attempt has shown of its server.
    private var outcome = RequestOutcome.cancelled

    private init(core: ProxyCore, resources: LoopResources, pool: ServerPool) {
        self.pool = pool
        super.init(core: core, resources: resources)
    }

    /// Takes up a connection that has been accepted, if there is a place for one.
    ///
    /// - Parameter name: the owner name of the pool; it is looked up for each connection.
    static func accept(
        _ descriptor: CInt,
        from source: Endpoint?,
        pool name: DomainName,
        core: ProxyCore,
        resources: LoopResources
    ) {
        guard let pool = core.pool(named: name, mode: .tcp), core.admitClient() else {
            Glibc.close(descriptor)
            return
        }
        let handler = StreamHandler(core: core, resources: resources, pool: pool)
        do {
            try handler.adopt(descriptor)
        } catch {
            core.openClients.subtract(1, ordering: .relaxed)
            return
        }
        handler.begin(source)
    }

    private func begin(_ source: Endpoint?) {
        self.source = source
        beginRoundTrip(from: source, isRelayed: core.isRelay(source))
        if core.expectsProxyHeader(from: source) {
            phase = .header
            setDeadline(loop.now + core.times.requestHead)
        } else {
            connect()
        }
    }

    // MARK: - Events

    override var takesInput: Bool {
        switch phase {
        case .header, .closed: true
        case .waiting, .connecting: false
        case .relaying: upstream?.isWritable ?? false
        }
    }

    override func received(_ octets: Span<UInt8>) -> Int {
        switch phase {
        case .relaying:
            touch()
            upstream?.write(octets)
            return octets.count
        case .header: return readHeader(octets)
        case .waiting, .connecting: return 0
        case .closed: return octets.count
        }
    }

    override func inputEnded() {
        if phase == .header { close() } else { follow(relay.ended(.client)) }
    }

    override func outputTaken() {
        touch()
        upstream?.resumeInput()
    }

    override func outputEnded() { if closesAfterOutput { close() } }

    override func closed(_ reason: CloseReason) {
        phase = .closed
        if let waiting { _ = pool.leave(waiting, timedOut: false) }
        waiting = nil
        let upstream = upstream
        endAttempt()
        upstream?.abandon()
        core.openClients.subtract(1, ordering: .relaxed)
    }

    // MARK: - Server

    /// - Returns: the octets of the header, once it is complete.
    private func readHeader(_ octets: Span<UInt8>) -> Int {
        do {
            guard let (header, count) = try ProxyHeader.parse(octets) else { return 0 }
            addresses = header.addresses
            source = header.addresses?.source ?? source
            connect()
            return count
        } catch {
            breakOff(.proxyHeaderMalformed)
            return octets.count
        }
    }

    /// Chooses a server and connects to it; when all are full, waits in line.
    private func connect() {
        let key = source.map { ClientIdentity.hash(of: $0.address) } ?? 0
        repeat {
            guard tried.count <= core.limits.furtherServers else { return breakOff(.noServer) }
            let now = Moment(loop.now)
            switch pool.place(excluding: tried, key: key, at: now, waiter: { self.makeWaiter() }) {
            case .server(let chosen): server = chosen
            case .waiting(let ticket, let time):
                waiting = ticket
                phase = .waiting
                setDeadline(loop.now + Interval(time))
                return
            case .full: return breakOff(.poolFull)
            case .none: return breakOff(.noServer)
            }
        } while !openConnection()
    }

    /// Connects to the server that was chosen.
    ///
    /// - Returns: `false` when that was refused at once.
    private func openConnection() -> Bool {
        guard let server else { return false }
        phase = .connecting
        // The time for a connection is the connection's own.
        setDeadline(.never)
        outcome = .cancelled
        connectBegin = loop.now
        let connecting = StreamUpstreamHandler(loop: loop)
        do throws(SocketError) {
            try connecting.open(to: server, for: self, within: core.times.connect)
            self.connecting = connecting
            return true
        } catch {
            notConnected(to: server, error)
            return false
        }
    }

    /// Who waits in line for this connection.
    private func makeWaiter() -> PoolWaiter {
        turn += 1
        let (turn, pool) = (turn, pool)
        let bound = LoopBound(self, to: loop.mailbox)
        return PoolWaiter(on: loop.mailbox) { chosen in
            let handler = bound.value
            guard turn == handler.turn, handler.phase == .waiting else { return pool.ended(chosen) }
            handler.waiting = nil
            handler.server = chosen
            if !handler.openConnection() { handler.connect() }
        }
    }

    func upstreamConnected(_ upstream: StreamUpstreamHandler) {
        guard phase == .connecting, upstream === connecting else { return upstream.abandon() }
        connecting = nil
        core.counters.countConnect()
        outcome = .success(nanoseconds: loop.now.nanoseconds - connectBegin.nanoseconds)
        self.upstream = upstream
        phase = .relaying
        if let version = pool.proxyProtocol {
            let header = ProxyHeader(addresses: addresses ?? ownAddresses)
            upstream.withOutput { header.write(version, into: &$0) }
        }
        touch()
        follow(relay.connected())
        resumeInput()
    }

    /// - Parameter error: `nil` when it has taken too long.
    func upstreamNotConnected(_ upstream: StreamUpstreamHandler, _ error: SocketError?) {
        guard phase == .connecting, upstream === connecting, let server else { return }
        connecting = nil
        notConnected(to: server, error)
        connect()
    }

    private func notConnected(to server: PooledServer, _ error: SocketError?) {
        core.logger.debug(
            "cannot connect",
            metadata: [
                "server": "\(server.identity.endpoint)", "error": "\(error.map { "\($0)" } ?? "it takes too long")",
            ]
        )
        tried.append(server.key)
        outcome = .failure
        endAttempt()
        core.counters.countRetry()
    }

    private var ownAddresses: ProxyHeader.Addresses? {
        guard let source, let destination = Endpoint(boundTo: descriptor)?.unmapped else { return nil }
        return ProxyHeader.Addresses(source: source, destination: destination)
    }

    /// Gives up the server, whatever it does.
    private func endAttempt() {
        connecting?.abandon()
        connecting = nil
        upstream = nil
        if let server { pool.ended(server, outcome) }
        server = nil
    }

    override func endDrained(_ servers: Set<Int>) {
        guard phase == .relaying, let server, servers.contains(server.key) else { return }
        core.counters.countDrainOverrun()
        close()
    }

    // MARK: - What the server's connection says

    /// Whether the client takes more at present.
    var takesMore: Bool { isWritable }

    func upstreamReceived(_ octets: Span<UInt8>) {
        touch()
        write(octets)
    }

    func upstreamTakesMore() {
        touch()
        resumeInput()
    }

    /// The server has ended its octets.
    func upstreamEnded() { follow(relay.ended(.server)) }

    /// The server's connection has gone: what came from it is sent, then the client's ends too.
    func upstreamClosed() {
        guard phase == .relaying else { return }
        endAttempt()
        endOutputAndClose()
    }

    // MARK: - Ends

    private func follow(_ action: RelayState.Action) {
        switch action {
        case .none: break
        case .endInput(of: .server): upstream?.endOutput(endsClient: false)
        case .endInput(of: .client): endOutput()
        case .endInputAndClose(of: .server): upstream?.endOutput(endsClient: true)
        case .endInputAndClose(of: .client): endOutputAndClose()
        }
    }

    private func endOutputAndClose() {
        closesAfterOutput = true
        if hasEndedOutput { close() } else { endOutput() }
    }

    private func breakOff(_ reason: BreakOff) {
        core.counters.count(reason)
        close()
    }

    // MARK: - Time

    private func touch() { setDeadline(loop.now + core.times.idleTunnel) }

    override func deadlinePassed() {
        switch phase {
        case .header: breakOff(.proxyHeaderMalformed)
        case .waiting:
            guard let ticket = waiting, pool.leave(ticket, timedOut: true) else { return }
            waiting = nil
            breakOff(.queueTimeout)
        case .connecting, .relaying, .closed: breakOff(.idle)
        }
    }
}
