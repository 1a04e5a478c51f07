import Addressing
import DNSWire
import Logging
import NIOCore
import Synchronization
import ZoneFile

/// Looks the servers of one pool up again and again, and tells when they are others.
final class Discoverer: Sendable {
    let discovery: PoolRecord.Discovery
    private let state: Mutex<DiscoveryState>
    private let task: Mutex<Task<Void, Never>?> = Mutex(nil)
    private let hasToldResult = Atomic(false)

    /// Asks at once, and then when the answers run out.
    ///
    /// - Parameters:
    ///   - label: the pool, for the log.
    ///   - onResult: called after every result; `isChanged` when the servers are others than before.
    static func start(
        _ discovery: PoolRecord.Discovery,
        label: String,
        on group: any EventLoopGroup,
        logger: Logger,
        onResult: @escaping @Sendable (_ isChanged: Bool) -> Void
    ) -> Discoverer {
        let discoverer = Discoverer(discovery)
        var logger = logger
        logger[metadataKey: "pool"] = "\(label)"
        let log = logger
        discoverer.task.withLock { task in
            task = Task { [weak discoverer] in
                guard
                    let server = try? SocketAddress(
                        ipAddress: "\(discovery.server.address)",
                        port: Int(discovery.server.port)
                    )
                else { return }
                let client = NameServerClient(server: server, group: group)
                while !Task.isCancelled {
                    let result = await Self.find(discovery.name, client)
                    guard !Task.isCancelled, let discoverer else { return }
                    let next = discoverer.take(result, log, onResult)
                    try? await Task.sleep(for: next)
                }
            }
        }
        return discoverer
    }

    private init(_ discovery: PoolRecord.Discovery) {
        self.discovery = discovery
        state = Mutex(DiscoveryState(discovery))
    }

    func stop() {
        task.withLock { task in
            task?.cancel()
            task = nil
        }
    }

    /// The servers of the last good answer, and why the last refresh failed.
    var result: (servers: [PoolServer], failure: DiscoveryError?) {
        state.withLock { ($0.servers, $0.failure) }
    }

    /// Whether `onResult` has been called and has returned, so that a first result has been taken up.
    var hasTold: Bool { hasToldResult.load(ordering: .acquiring) }

    /// Takes in a result.
    ///
    /// - Returns: the time until the next query.
    private func take(
        _ result: Result<ServiceAnswer, DiscoveryError>,
        _ logger: Logger,
        _ onResult: (Bool) -> Void
    ) -> Duration {
        let before = state.withLock { $0.failure }
        defer { hasToldResult.store(true, ordering: .releasing) }
        switch result {
        case .success(let answer):
            let (outcome, count) = state.withLock { state in
                (state.succeeded(answer.servers, ttl: answer.ttl), state.servers.count)
            }
            if before != nil { logger.notice("discovery works again", metadata: ["servers": "\(count)"]) }
            if outcome.isChanged { logger.info("servers discovered", metadata: ["servers": "\(count)"]) }
            onResult(outcome.isChanged)
            return outcome.next
        case .failure(let error):
            let (next, count) = state.withLock { ($0.failed(error), $0.servers.count) }
            if before != error {
                logger.warning(
                    "discovery failed: the servers known before stay in service",
                    metadata: ["servers": "\(count)", "reason": "\(error)", "asked": "\(discovery.server)"]
                )
            }
            onResult(false)
            return next
        }
    }

    /// Finds the servers with their addresses: a whole answer or none.
    ///
    /// A target that has no address is left out; one whose addresses cannot be found out makes the whole answer useless,
    /// as it would look as if the server had gone.
    static func find(_ name: DomainName, _ client: NameServerClient) async -> Result<ServiceAnswer, DiscoveryError> {
        do throws(DiscoveryError) {
            var answer = try ServiceAnswer(try await client.ask(name, .srv))
            let missing = Set(answer.servers.filter { $0.addresses.isEmpty }.map(\.target))
            let (found, ttl) = try await addresses(of: Array(missing), client)
            answer.ttl = min(answer.ttl, ttl)
            for index in answer.servers.indices {
                if let addresses = found[answer.servers[index].target] { answer.servers[index].addresses = addresses }
            }
            answer.servers.removeAll { $0.addresses.isEmpty }
            guard !answer.servers.isEmpty else { throw .noAddress }
            return .success(answer)
        } catch {
            return .failure(error)
        }
    }

    /// How many names are asked for at a time.
    private static let parallelQueries = 16

    private static func addresses(
        of names: [DomainName],
        _ client: NameServerClient
    ) async throws(DiscoveryError) -> (addresses: [DomainName: [IPAddress]], ttl: UInt32) {
        typealias Found = Result<(DomainName, [IPAddress], UInt32), DiscoveryError>
        var addresses: [DomainName: [IPAddress]] = [:]
        var lowest = UInt32.max
        for start in stride(from: 0, to: names.count, by: parallelQueries) {
            let part = names[start..<min(start + parallelQueries, names.count)]
            let results = await withTaskGroup(of: Found.self) { group in
                for name in part {
                    group.addTask {
                        do throws(DiscoveryError) {
                            var ttl = UInt32.max
                            var found: [IPAddress] = []
                            for type in [RRType.a, .aaaa] {
                                found += try ServiceAnswer.addresses(try await client.ask(name, type), ttl: &ttl)
                            }
                            return .success((name, found, ttl))
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                var results: [Found] = []
                for await result in group { results.append(result) }
                return results
            }
            for result in results {
                let (name, found, ttl) = try result.get()
                addresses[name] = found
                lowest = min(lowest, ttl)
            }
        }
        return (addresses, lowest)
    }
}
