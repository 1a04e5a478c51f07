import Glibc

/// Starts the processes of a plan in order, watches them, and stops them.
actor Supervisor {
    private let plan: UpPlan
    private let restarts: Bool
    private var children: [Child] = []
    private(set) var isStopping = false
    private var stopWaiter: CheckedContinuation<Void, Never>?

    /// How long a child may take to stop before it is killed.
    private static let patience = Duration.seconds(8)
    /// How long after its end a process is started again.
    private static let restartDelay = Duration.seconds(1)

    /// - Parameter restarts: whether a process that ends is started again.
    init(_ plan: UpPlan, restarts: Bool) {
        self.plan = plan
        self.restarts = restarts
    }

    /// Starts the sample servers, then the proxies, then the name server, each group when the one before is ready.
    ///
    /// - Throws: ``Failure`` when a process does not start; those that did are still to be stopped.
    func start() async throws {
        for group in [plan.origins, plan.proxies, [plan.nameServer]] {
            let started = try group.map { try launch($0) }
            for child in started {
                guard await child.ready() else {
                    throw Failure("\(child.role.name) did not start; its message is above")
                }
                try Task.checkCancellation()
            }
        }
    }

    /// Returns when the stop is requested.
    func run() async {
        guard !isStopping else { return }
        await withCheckedContinuation { stopWaiter = $0 }
    }

    /// Makes ``run()`` return.
    func requestStop() {
        isStopping = true
        stopWaiter?.resume()
        stopWaiter = nil
    }

    /// Stops all processes and waits for them.
    func stop() async {
        isStopping = true
        let running = children
        for child in running { child.terminate() }
        let deadline = Task {
            try await Task.sleep(for: Self.patience)
            for child in running { child.kill() }
        }
        for child in running { _ = await child.end() }
        deadline.cancel()
    }

    private func launch(_ role: UpPlan.Role) throws -> Child {
        guard !isStopping else { throw Failure("stopped") }
        do {
            let child = try Child(role)
            children.append(child)
            Task { await follow(child) }
            return child
        } catch {
            throw Failure("cannot start \(role.name): \(error)")
        }
    }

    /// Waits for the end of a child and reports it.
    private func follow(_ child: Child) async {
        let ending = await child.end()
        children.removeAll { $0 === child }
        guard !isStopping else { return }
        let fate = restarts ? "it is started again" : "it stays down (tern up --restart starts it again)"
        StandardError.write("tern up: \(child.role.name) (process \(child.processIdentifier)) \(ending); \(fate)\n")
        guard restarts else { return }
        try? await Task.sleep(for: Self.restartDelay)
        guard !isStopping else { return }
        do {
            _ = try launch(child.role)
        } catch {
            StandardError.write("tern up: \(child.role.name) cannot be started again: \(error)\n")
        }
    }
}
