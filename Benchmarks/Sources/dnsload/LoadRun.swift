import Datagrams
import Glibc

/// One measurement: warm-up, then the time that counts.
struct LoadRun {
    private let options: LoadOptions
    private let sockets: [LoadSocket]

    /// How often queries are looked through for those that nobody answered.
    private static let expiryInterval: UInt64 = 50_000_000

    /// Opens the sockets.
    init(_ options: LoadOptions) throws(SocketError) {
        self.options = options
        var sockets: [LoadSocket] = []
        for _ in 0..<options.sockets { sockets.append(try LoadSocket(options.server, window: options.window)) }
        self.sockets = sockets
    }

    /// Runs it.
    func measure() -> Report {
        var source = QuerySource(options)
        var discarded = Tally()
        if options.warmUp > 0 { run(for: options.warmUp, &source, &discarded) }
        var tally = Tally()
        let serverBefore = CPUTime(of: options.processes)
        let clientBefore = CPUTime(of: [getpid()])
        let start = MonotonicClock.now
        run(for: options.duration, &source, &tally)
        let seconds = Double(MonotonicClock.now - start) / 1e9
        let client = CPUTime(of: [getpid()]) - clientBefore
        let server = CPUTime(of: options.processes) - serverBefore
        return Report(tally: tally, seconds: seconds, server: server, client: client)
    }

    private func run(for seconds: Double, _ source: inout QuerySource, _ tally: inout Tally) {
        let start = MonotonicClock.now
        let end = start + UInt64(seconds * 1e9)
        let timeout = UInt64(LoadOptions.timeout / .nanoseconds(1))
        var nextExpiry = start
        var issued = 0
        while true {
            let now = MonotonicClock.now
            if now >= end { return }
            if now >= nextExpiry {
                nextExpiry = now + Self.expiryInterval
                for socket in sockets { socket.expire(before: now - timeout, &tally) }
            }
            if let rate = options.rate {
                let interval = 1e9 / rate
                for socket in sockets {
                    let due = Int(Double(MonotonicClock.now - start) / interval) - issued
                    let first = issued
                    issued += socket.send(due, &source, &tally) { start + UInt64(Double(first + $0 + 1) * interval) }
                    socket.receive(&tally)
                }
            } else {
                for socket in sockets {
                    socket.receive(&tally)
                    let moment = MonotonicClock.now
                    _ = socket.send(.max, &source, &tally) { _ in moment }
                }
            }
        }
    }
}
