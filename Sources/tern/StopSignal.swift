import UnixSignals

/// Waiting for the end.
struct StopSignal {
    let supervision: SupervisionOptions

    /// Returns after SIGTERM, SIGINT, or when the supervisor has gone.
    func wait() async {
        await withTaskGroup(of: Void.self) { group in
            if supervision.isSupervised { group.addTask { await SupervisorLink.waitForEnd() } }
            group.addTask { await Self.waitForSignal() }
            _ = await group.next()
            group.cancelAll()
        }
    }

    private static func waitForSignal() async {
        for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) { return }
    }
}
