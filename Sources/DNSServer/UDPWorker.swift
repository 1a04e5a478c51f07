import Addressing
import Authority
import CLinux
import Glibc
import Synchronization

/// A thread that answers the datagrams of one socket; it shares nothing with the other workers but the snapshot.
final class UDPWorker: Sendable {
    /// What a worker has done; written by its thread alone, read by anyone.
    struct Counters: ~Copyable, Sendable {
        /// Datagrams received.
        let received = Atomic<UInt64>(0)
        /// Responses sent.
        let sent = Atomic<UInt64>(0)
    }

    /// The endpoint bound.
    let endpoint: Endpoint
    let counters = Counters()

    private let publisher: SnapshotPublisher
    private let limits: RateLimiter.Limits?
    private let threads: Int
    private let processor: Int?
    private let stopping = Atomic<Bool>(false)
    private let ended = Atomic<Bool>(false)

    /// Binds a socket and starts answering.
    ///
    /// - Parameters:
    ///   - limits: how much one network is sent; `nil` for no limit.
    ///   - threads: how many workers share the endpoint.
    ///   - processor: the processor that the thread is kept on; `nil` for any.
    ///   - steersByProcessor: whether all sockets of the endpoint are bound with this one and each is to get the
    ///     datagrams that its processor receives.
    /// - Throws: ``ListenError``
    init(
        _ endpoint: Endpoint,
        publisher: SnapshotPublisher,
        limits: RateLimiter.Limits?,
        threads: Int,
        processor: Int?,
        steersByProcessor: Bool
    ) throws(ListenError) {
        let socket = try UDPSocket.bind(endpoint, isShared: true)
        // Where the kernel cannot, datagrams are spread by their addresses, as without.
        if steersByProcessor { tern_steer_by_processor(socket.descriptor) }
        self.endpoint = socket.localEndpoint ?? endpoint
        self.publisher = publisher
        self.limits = limits
        self.threads = threads
        self.processor = processor
        let thread = WorkerThread(worker: self, socket: socket)
        guard thread.start() else { throw ListenError(endpoint: endpoint, transport: "UDP", code: EAGAIN) }
    }

    /// Asks the thread to end.
    func requestStop() { stopping.store(true, ordering: .relaxed) }

    /// Asks the thread to end and waits until it has, which takes at most the receive timeout.
    func stop() async {
        requestStop()
        while !ended.load(ordering: .acquiring) { try? await Task.sleep(for: .milliseconds(10)) }
    }

    /// The loop of the thread.
    fileprivate func run(_ socket: borrowing UDPSocket) {
        unsafe tern_name_thread("tern-udp")
        if let processor { ProcessorAffinity.pin(to: processor) }
        var responder = Responder(publisher.current)
        var batch = DatagramBatch(responseSize: Responder.udpBufferSize)
        let isLimited = limits != nil
        var limiter = RateLimiter(limits ?? .init(rate: 1), threads: threads, seed: .random(in: 0...(.max)))
        while !stopping.load(ordering: .relaxed) {
            let count = batch.receive(from: socket)
            if publisher.generation != responder.generation { responder.adopt(publisher.current) }
            guard count > 0 else {
                // An error of the socket itself is not expected; it must not turn into a busy loop.
                if count < 0 { usleep(10_000) }
                continue
            }
            let now = UnixTime.seconds
            let instant = isLimited ? UnixTime.monotonicNanoseconds : 0
            for index in 0..<count {
                batch.answer(index, isWildcard: socket.isWildcard) { query, client, response in
                    let length = responder.respond(to: query, from: client, over: .udp, at: now, into: &response)
                    guard isLimited, length > 0, !responder.hasValidCookie else { return length }
                    switch limiter.charge(client, at: instant) {
                    case .send: return length
                    case .truncate: return responder.truncate(query, into: &response)
                    case .drop: return 0
                    }
                }
            }
            let sent = batch.send(to: socket)
            counters.received.add(UInt64(count), ordering: .relaxed)
            counters.sent.add(UInt64(sent), ordering: .relaxed)
        }
        ended.store(true, ordering: .releasing)
    }
}

/// Carries a worker and its socket onto a new thread.
private final class WorkerThread {
    private let worker: UDPWorker
    private let socket: UDPSocket

    init(worker: UDPWorker, socket: consuming UDPSocket) {
        self.worker = worker
        self.socket = socket
    }

    /// Starts the thread, which keeps this object until it ends.
    func start() -> Bool {
        var thread = pthread_t()
        let box = unsafe Unmanaged.passRetained(self)
        let status = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let thread = unsafe Unmanaged<WorkerThread>.fromOpaque(argument).takeRetainedValue()
                thread.worker.run(thread.socket)
                return nil
            },
            box.toOpaque()
        )
        guard status == 0 else {
            unsafe box.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
