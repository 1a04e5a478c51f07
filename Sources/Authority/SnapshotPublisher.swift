import Synchronization

/// Hands the newest snapshot to the threads that answer.
///
/// A thread compares the generation, one atomic load, once per batch of queries, and takes the lock only when there is
/// something new. The old snapshot goes when the last thread has let go of it.
package final class SnapshotPublisher: Sendable {
    private let newest: Mutex<Snapshot>
    private let newestGeneration: Atomic<UInt64>

    package init(_ snapshot: Snapshot) {
        newest = Mutex(snapshot)
        newestGeneration = Atomic(snapshot.generation)
    }

    /// The generation of the newest snapshot.
    package var generation: UInt64 { newestGeneration.load(ordering: .acquiring) }

    /// The newest snapshot.
    package var current: Snapshot { newest.withLock { $0 } }

    /// Makes `snapshot` the newest.
    package func publish(_ snapshot: Snapshot) {
        newest.withLock { $0 = snapshot }
        newestGeneration.store(snapshot.generation, ordering: .releasing)
    }
}
