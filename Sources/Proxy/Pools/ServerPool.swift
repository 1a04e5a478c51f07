import Addressing
import Balancing
import DNSWire
import Health
import NIOCore
import Synchronization
import TCPTransport
import ZoneFile

/// The servers of one POOL record, from which the server of each request is chosen.
///
/// Shared by all event loops under one short lock, so that weights hold exactly and requests in progress are those of
/// the whole proxy and not of one loop. What is decided under it is decided by `PoolCore`.
final class ServerPool: Sendable {
    struct State {
        var core: PoolCore<PoolWaiter>
        var servers: [Int: PooledServer] = [:]
        /// Servers that left with requests in progress.
        var departed: [Int: PooledServer] = [:]
        /// What the checks have said.
        var conditions: [Int: BalancedServer.Condition] = [:]
        var drain = Duration.seconds(300)
        var queueTimeout = Duration.seconds(5)
        var requestKey: RequestKey?
        /// Why servers could not be looked up of late.
        var discoveryFailure: String?
    }

    /// What a request is given.
    enum Placement {
        case server(PooledServer)
        /// A place in line, and how long it may be kept; the waiter will be told.
        case waiting(WaitingTicket, Duration)
        /// All servers are full, and so is the line.
        case full
        /// No server can serve.
        case none
    }

    /// The owner name of the POOL record.
    let name: DomainName
    /// The service label without its underscore.
    let service: String
    /// What is passed on to its servers.
    let mode: PoolTransport.Mode

    let state: Mutex<State>
    private let usesKey = Atomic<Bool>(false)
    /// Read for each request, without the lock.
    private let proxyProtocolVersion = Atomic<UInt8>(0)
    private static let nextKey = Atomic<Int>(0)

    init(name: DomainName, service: String, mode: PoolTransport.Mode = .http) {
        self.name = name
        self.service = service
        self.mode = mode
        state = Mutex(State(core: PoolCore(Balancer(seed: .random(in: 0...UInt64.max), at: .now))))
    }

    // MARK: - Requests

    /// What a request is hashed by: what the pool's algorithm looks at, or 0 when it looks at nothing.
    var requestKey: RequestKey? {
        guard usesKey.load(ordering: .relaxed) else { return nil }
        return state.withLock { $0.requestKey }
    }

    /// Chooses a server for a request and counts the request as in progress there, until `ended`.
    ///
    /// - Parameters:
    ///   - tried: keys of servers that already failed this request.
    ///   - key: the hash of what `requestKey` finds.
    ///   - waiter: makes the one who waits when all servers are full; not called otherwise. When it makes none, nobody waits.
    func place(
        excluding tried: [Int] = [],
        key: UInt64 = 0,
        at now: Moment = .now,
        waiter: () -> PoolWaiter? = { nil }
    ) -> Placement {
        state.withLock { state in
            switch state.core.place(excluding: tried, key: key, at: now) {
            case .server(let key):
                guard let server = state.servers[key] else { return .none }
                return .server(server)
            case .full:
                guard let waiter = waiter(), let ticket = state.core.wait(waiter, excluding: tried, key: key) else {
                    return .full
                }
                return .waiting(ticket, state.queueTimeout)
            case .none:
                return .none
            }
        }
    }

    /// What each connection to a server begins with.
    var proxyProtocol: PoolTransport.ProxyProtocol? {
        switch proxyProtocolVersion.load(ordering: .relaxed) {
        case 1: .v1
        case 2: .v2
        default: nil
        }
    }

    private func setProxyProtocol(_ version: PoolTransport.ProxyProtocol?) {
        let code: UInt8 =
            switch version {
            case .v1: 1
            case .v2: 2
            case nil: 0
            }
        proxyProtocolVersion.store(code, ordering: .relaxed)
    }

    /// Ends what `place` began.
    func ended(_ server: PooledServer, _ outcome: RequestOutcome = .cancelled, at now: Moment = .now) {
        let next = state.withLock { state in
            state.core.ended(on: server.key, outcome, at: now)
            return state.next(at: now)
        }
        next?.resume()
        if next != nil { serveLine(at: now) }
    }

    /// Takes a request out of line.
    ///
    /// - Returns: whether it was there; if not, its waiter has been or is being told of a server.
    func leave(_ ticket: WaitingTicket, timedOut: Bool) -> Bool {
        state.withLock { $0.core.leave(ticket, timedOut: timedOut) }
    }

    /// Whether a request may be sent again; it is then counted.
    ///
    /// - Parameter isFree: see `PoolCore.mayRetry`.
    func mayRetry(isFree: Bool = false, at now: Moment = .now) -> Bool {
        state.withLock { $0.core.mayRetry(isFree: isFree, at: now) }
    }

    /// Gives free places to those who wait.
    private func serveLine(at now: Moment) {
        while let next = state.withLock({ $0.next(at: now) }) { next.resume() }
    }

    // MARK: - Changes

    /// Takes in what a check found out about the server at `endpoint`.
    func setHealthy(_ isHealthy: Bool, at endpoint: Endpoint, now: Moment = .now) {
        state.withLock { state in
            for server in state.servers.values where server.identity.endpoint == endpoint {
                let condition = isHealthy ? BalancedServer.Condition.healthy : .unhealthy
                state.conditions[server.key] = condition
                state.core.balancer.setCondition(condition, server: server.key, at: now)
            }
        }
        serveLine(at: now)
    }

    /// Takes in why servers could not be looked up; `nil` when they could.
    func noteDiscovery(_ failure: String?) {
        state.withLock { $0.discoveryFailure = failure }
    }

    /// What is due with time alone: servers that come back, and drains that have lasted too long.
    ///
    /// - Returns: keys of servers whose requests have to be ended.
    func tick(at now: Moment = .now) -> [Int] {
        serveLine(at: now)
        return state.withLock { state in
            state.departed = state.departed.filter { state.core.balancer.requestsInProgress(on: $0.key) > 0 }
            return state.core.balancer.overdue(at: now, limit: state.drain)
        }
    }

    /// Replaces the servers by those of `entry`.
    ///
    /// Servers that stay keep their health, what is known of their answers and their requests in progress; new ones are
    /// given no request before their first passed check, unless the pool has none; those that are gone finish what they
    /// have. Not to be called by two threads at a time.
    ///
    /// - Returns: the keys of the servers that are gone.
    func update(_ entry: PoolEntry, at now: Moment = .now) -> [Int] {
        setProxyProtocol(entry.record.transport.proxyProtocol)
        let policy = BalancingPolicy(entry.record)
        var servers: [Int: PooledServer] = [:]
        var balanced: [BalancedServer] = []
        let known = state.withLock { state in
            Dictionary(
                (Array(state.servers.values) + state.departed.values).map { ($0.identity, $0) },
                uniquingKeysWith: { first, _ in first }
            )
        }
        for record in entry.servers {
            for address in record.addresses {
                let endpoint = Endpoint(address, port: record.port)
                let identity = PooledServer.Identity(target: record.target, endpoint: endpoint)
                guard let server = known[identity] ?? Self.newServer(identity), servers[server.key] == nil
                else { continue }
                servers[server.key] = server
                balanced.append(
                    BalancedServer(
                        key: server.key,
                        identity: identity.hash,
                        priority: record.priority,
                        weight: record.weight,
                        condition: .unknown
                    )
                )
            }
        }
        // A ring takes some milliseconds, which are not spent under the lock.
        let tables = Balancer.tables(policy, servers: balanced)
        usesKey.store(policy.algorithm.usesKey, ordering: .relaxed)
        let isUnchecked = entry.record.check == .none
        let gone = state.withLock { state in
            state.conditions = state.conditions(of: servers, isUnchecked: isUnchecked)
            for index in balanced.indices {
                balanced[index].condition = state.conditions[balanced[index].key] ?? .unknown
            }
            let gone = state.servers.filter { servers[$0.key] == nil }
            state.departed = state.departed.merging(gone) { $1 }.filter { servers[$0.key] == nil }
            state.servers = servers
            state.apply(entry.record)
            state.core.balancer.update(policy, servers: balanced, tables: tables, at: now)
            return Array(gone.keys)
        }
        serveLine(at: now)
        return gone
    }

    /// Takes all servers out: the pool is gone.
    ///
    /// - Returns: the keys of the servers that it had.
    func retire(at now: Moment = .now) -> [Int] {
        state.withLock { state in
            state.departed.merge(state.servers) { $1 }
            state.core.balancer.update(state.core.balancer.policy, servers: [], at: now)
            defer { state.servers = [:] }
            return Array(state.servers.keys)
        }
    }

    private static func newServer(_ identity: PooledServer.Identity) -> PooledServer? {
        let endpoint = identity.endpoint
        guard let address = try? SocketAddress(ipAddress: "\(endpoint.address)", port: Int(endpoint.port))
        else { return nil }
        return PooledServer(
            key: nextKey.add(1, ordering: .relaxed).newValue,
            identity: identity,
            address: address
        )
    }
}

extension ServerPool.State {
    /// Gives a free place to the first in line.
    fileprivate mutating func next(at now: Moment) -> PoolWaiter.Turn? {
        guard core.waiting > 0, let next = core.next(at: now), let server = servers[next.server] else { return nil }
        return PoolWaiter.Turn(waiter: next.waiter, server: server)
    }

    /// What is known of the servers from checks.
    ///
    /// A check belongs to an endpoint: another target name for it is no reason to wait for another result.
    fileprivate func conditions(
        of updated: [Int: PooledServer],
        isUnchecked: Bool
    ) -> [Int: BalancedServer.Condition] {
        let known = Dictionary(
            servers.values.map { ($0.identity.endpoint, conditions[$0.key] ?? .unknown) },
            uniquingKeysWith: { first, _ in first }
        )
        return updated.mapValues { isUnchecked ? .healthy : known[$0.identity.endpoint] ?? .unknown }
    }

    fileprivate mutating func apply(_ record: PoolRecord) {
        core.lineLimit = record.queue
        core.retryShare = record.retries
        drain = record.drain
        queueTimeout = record.queueTimeout
        requestKey = RequestKey(record.balance == .sourceHash ? .source : record.key)
    }
}

/// A request that waits for a server to have room.
final class PoolWaiter: Sendable {
    /// A place that has been given to a waiter.
    struct Turn: Sendable {
        let waiter: PoolWaiter
        let server: PooledServer

        /// Tells the waiter, on its loop.
        func resume() {
            let turn = self
            waiter.mailbox.execute { turn.waiter.placed(turn.server) }
        }
    }

    private let mailbox: LoopMailbox
    private let placed: @Sendable (PooledServer) -> Void

    /// - Parameter placed: called on the mailbox's loop with the server, on which the request then counts as in progress.
    init(on mailbox: LoopMailbox, placed: @escaping @Sendable (PooledServer) -> Void) {
        self.mailbox = mailbox
        self.placed = placed
    }
}

extension Moment {
    /// A moment on the clock of the loops.
    init(_ time: LoopTime) { self.init(nanoseconds: time.nanoseconds) }

    /// The present, on the clock of the loops.
    static var now: Moment { Moment(LoopTime.now) }
}
