package import Addressing
package import Authority
package import NIOPosix
import Synchronization

/// Listens on addresses and answers from what a ``SnapshotPublisher`` has: datagrams on threads of their own, streams
/// on the event loops.
package final class NameServer: Sendable {
    /// The endpoints bound, in the order asked for.
    package let endpoints: [Endpoint]
    private let workers: [UDPWorker]
    private let listeners: [TCPListener]

    /// Binds all endpoints and starts answering.
    ///
    /// Streams are bound first: no other server can share a stream port, so a second server on the same address is
    /// noticed, while datagram sockets that share (SO_REUSEPORT) would both be let in.
    ///
    /// - Parameters:
    ///   - listen: the addresses; port 0 lets the kernel choose one port for both transports.
    ///   - workers: threads for each address, at least 1.
    ///   - publisher: where answers come from.
    ///   - limits: bounds on stream clients.
    ///   - rateLimits: how much one network is sent in datagrams; `nil` for no limit.
    ///   - isPinned: whether each thread stays on a processor of its own and, where there is one for each, gets the
    ///     datagrams that this processor receives.
    ///   - group: the event loops for stream clients.
    /// - Throws: ``ListenError``; then nothing is left bound.
    package static func start(
        _ listen: [Endpoint],
        workers: Int,
        publisher: SnapshotPublisher,
        limits: TCPLimits = TCPLimits(),
        rateLimits: RateLimiter.Limits? = nil,
        isPinned: Bool = false,
        group: MultiThreadedEventLoopGroup
    ) async throws(ListenError) -> NameServer {
        var listeners: [TCPListener] = []
        var threads: [UDPWorker] = []
        do throws(ListenError) {
            for endpoint in listen {
                let listener = try await listener(at: endpoint, publisher: publisher, limits: limits, group: group)
                listeners.append(listener)
                let processors = isPinned ? ProcessorAffinity.allowed : []
                let steers = isPinned && ProcessorAffinity.canSteer(workers: workers)
                for number in 0..<max(1, workers) {
                    let worker = try UDPWorker(
                        listener.endpoint,
                        publisher: publisher,
                        limits: rateLimits,
                        threads: max(1, workers),
                        processor: processors.isEmpty ? nil : processors[number % processors.count],
                        steersByProcessor: steers && number == workers - 1
                    )
                    threads.append(worker)
                }
            }
        } catch {
            for thread in threads { await thread.stop() }
            for listener in listeners { await listener.stop() }
            throw error
        }
        return NameServer(endpoints: listeners.map(\.endpoint), workers: threads, listeners: listeners)
    }

    /// Listens for streams at an address and port that are free for datagrams too.
    private static func listener(
        at endpoint: Endpoint,
        publisher: SnapshotPublisher,
        limits: TCPLimits,
        group: MultiThreadedEventLoopGroup
    ) async throws(ListenError) -> TCPListener {
        // A port that the kernel chooses for streams may be another socket's for datagrams: then it is to choose again.
        var attempts = endpoint.port == 0 ? 16 : 1
        while true {
            attempts -= 1
            let listener = try await TCPListener.start(endpoint, publisher: publisher, limits: limits, group: group)
            do throws(ListenError) {
                // Without SO_REUSEPORT this fails when anyone else has the port.
                _ = try UDPSocket.bind(listener.endpoint, isShared: false)
                return listener
            } catch {
                await listener.stop()
                guard attempts > 0 else { throw error }
            }
        }
    }

    private init(endpoints: [Endpoint], workers: [UDPWorker], listeners: [TCPListener]) {
        self.endpoints = endpoints
        self.workers = workers
        self.listeners = listeners
    }

    /// Datagrams received and responses sent so far.
    package var counts: (received: UInt64, sent: UInt64) {
        workers.reduce((0, 0)) { sum, worker in
            (
                sum.0 + worker.counters.received.load(ordering: .relaxed),
                sum.1 + worker.counters.sent.load(ordering: .relaxed)
            )
        }
    }

    /// Stops listening and waits until the threads have ended.
    package func stop() async {
        for listener in listeners { await listener.stop() }
        for worker in workers { worker.requestStop() }
        for worker in workers { await worker.stop() }
    }
}
