import Addressing
import Foundation
import Synchronization

/// Keeps a server busy from a thread of its own: so many queries in flight over one socket, and a new one for each
/// answer.
final class LoadClient: Sendable {
    /// What came of it.
    struct Tally: Sendable {
        var asked = 0
        var answered = 0
        /// Datagrams that answer nothing in flight.
        var strange = 0
        /// By question: the answers without their ID, one for each time that it was another than the one before.
        var seen: [[[UInt8]]]
    }

    /// Queries in flight.
    static let window = 32
    /// How long an answer is waited for until it is taken for lost; far more than any that comes takes.
    private static let patience = 20_000

    private let socket: ClientSocket
    private let questions: [[UInt8]]
    private let answered = Atomic(0)
    private let isStopping = Atomic(false)
    private let result = Mutex<Tally?>(nil)

    /// A client that asks `questions`, whole messages, in turn.
    init(_ server: Endpoint, asking questions: [[UInt8]]) throws {
        socket = try ClientSocket(.udp, to: server)
        socket.setTimeout(milliseconds: Self.patience)
        self.questions = questions
    }

    /// Starts to ask.
    func start() {
        let thread = Thread { [self] in
            let tally = run()
            result.withLock { $0 = tally }
        }
        thread.stackSize = 4 << 20
        thread.start()
    }

    /// Waits until each question, asked after this was called, has been answered several times.
    ///
    /// - Returns: `false` when the client ended before, because an answer was lost.
    func hasAskedAnew() async -> Bool {
        // What is in flight now may be answered by what was published before, and is answered first.
        let enough = answered.load(ordering: .acquiring) + Self.window + 8 * questions.count
        while answered.load(ordering: .acquiring) < enough {
            if result.withLock({ $0 != nil }) { return false }
            try? await Task.sleep(for: .milliseconds(1))
        }
        return true
    }

    /// Asks no more, waits for the answers in flight, and tells what came.
    func stop() async -> Tally {
        isStopping.store(true, ordering: .relaxed)
        while true {
            if let tally = result.withLock({ $0 }) { return tally }
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    private func run() -> Tally {
        var tally = Tally(seen: Array(repeating: [], count: questions.count))
        // IDs run through a multiple of the number of questions, so that the ID tells the question.
        let ids = 0x1_0000 / questions.count * questions.count
        var inFlight: Set<Int> = []
        func ask() {
            let id = tally.asked % ids
            var message = questions[id % questions.count]
            (message[0], message[1]) = (UInt8(id >> 8), UInt8(id & 0xFF))
            socket.send(message)
            inFlight.insert(id)
            tally.asked += 1
        }
        for _ in 0..<Self.window { ask() }
        while !inFlight.isEmpty, let answer = socket.receive(atMost: 1500) {
            guard answer.count > 2, inFlight.remove(Int(answer[0]) << 8 | Int(answer[1])) != nil else {
                tally.strange += 1
                continue
            }
            let question = (Int(answer[0]) << 8 | Int(answer[1])) % questions.count
            let rest = Array(answer.dropFirst(2))
            if tally.seen[question].last != rest { tally.seen[question].append(rest) }
            tally.answered += 1
            answered.store(tally.answered, ordering: .releasing)
            if !isStopping.load(ordering: .relaxed) { ask() }
        }
        return tally
    }
}
