import Logging
import Synchronization

/// Asks the other name servers again and again, each by itself: one that hangs delays nobody.
///
/// There is at most one question to each at a time. They are asked every ``calmPause``, every ``hurriedPause`` while
/// something is to be agreed on, and at once when that begins.
final class PeerWatch: Sendable {
    /// What is known of another name server.
    struct Standing: Sendable {
        var address: String
        /// What it said last; `nil` when the last question had no answer of use.
        var view: PeerView?
        /// When it last answered.
        var answeredAt: ContinuousClock.Instant?
        /// Why the last question had no answer of use.
        var fault: String?
        /// Whether a question has come to an end at all.
        var wasAsked = false
    }

    static let calmPause = Duration.seconds(3)
    static let hurriedPause = Duration.milliseconds(500)

    private let quorum: Quorum
    private let logger: Logger
    private let onAnswer: @Sendable () -> Void
    private let state: Mutex<(standings: [Standing], isHurried: Bool)>
    private let wakers: [AsyncStream<Void>.Continuation]
    private let asking: Mutex<[Task<Void, Never>]>

    /// - Parameter onAnswer: called when a question has come to an end, with an answer or without.
    init(_ quorum: Quorum, logger: Logger, onAnswer: @escaping @Sendable () -> Void) {
        self.quorum = quorum
        self.logger = logger
        self.onAnswer = onAnswer
        state = Mutex((quorum.peers.map { Standing(address: $0.address) }, false))
        asking = Mutex([])
        let streams = quorum.peers.map { _ in
            AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        }
        wakers = streams.map(\.continuation)
        let tasks = zip(quorum.peers.indices, streams).map { index, stream in
            Task { [weak self] in
                var wakes = stream.stream.makeAsyncIterator()
                while !Task.isCancelled {
                    await self?.ask(index)
                    guard let pause = self?.pause else { return }
                    let waker = stream.continuation
                    let alarm = Task {
                        try await Task.sleep(for: pause)
                        waker.yield()
                    }
                    _ = await wakes.next()
                    alarm.cancel()
                }
            }
        }
        asking.withLock { $0 = tasks }
    }

    deinit { stop() }

    /// Asks no more.
    func stop() {
        for task in asking.withLock({ $0 }) { task.cancel() }
        for waker in wakers { waker.finish() }
    }

    var standings: [Standing] { state.withLock { $0.standings } }

    /// Sets whether something is to be agreed on.
    func hurry(_ isHurried: Bool) {
        let isNew = state.withLock { state in
            defer { state.isHurried = isHurried }
            return isHurried && !state.isHurried
        }
        guard isNew else { return }
        for waker in wakers { waker.yield() }
    }

    private var pause: Duration { state.withLock { $0.isHurried } ? Self.hurriedPause : Self.calmPause }

    private func ask(_ index: Int) async {
        let peer = quorum.peers[index]
        let result: Result<PeerView, any Error>
        do {
            result = .success(try await peer.ask())
        } catch {
            result = .failure(error)
        }
        guard !Task.isCancelled else { return }
        let before = state.withLock { state in
            defer {
                state.standings[index].wasAsked = true
                switch result {
                case .success(let view):
                    state.standings[index].view = view
                    state.standings[index].answeredAt = .now
                    state.standings[index].fault = nil
                case .failure(let error):
                    state.standings[index].view = nil
                    state.standings[index].fault = "\(error)"
                }
            }
            return state.standings[index]
        }
        note(peer, before, result)
        onAnswer()
    }

    /// Logs when one begins to answer or ceases to.
    private func note(_ peer: Quorum.Peer, _ before: Standing, _ result: Result<PeerView, any Error>) {
        switch result {
        case .success where before.view == nil:
            logger.notice("name server answers", metadata: ["peer": "\(peer.address)"])
        case .failure(let error) where before.view != nil || !before.wasAsked:
            logger.warning("name server does not answer", metadata: ["peer": "\(peer.address)", "reason": "\(error)"])
        case .success, .failure: break
        }
    }
}
