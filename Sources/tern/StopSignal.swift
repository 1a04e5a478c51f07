import UnixSignals

/// Waiting for the end.
struct StopSignal {
    let supervision: SupervisionOptions
    let signals: ProcessSignals

    /// Returns after SIGTERM, SIGINT, or when the supervisor has gone.
    func wait() async {
        await withTaskGroup(of: Void.self) { group in
            if supervision.isSupervised { group.addTask { await SupervisorLink.waitForEnd() } }
            group.addTask {
                for await signal in signals.events where signal != .sighup { return }
            }
            _ = await group.next()
            group.cancelAll()
        }
    }
}
