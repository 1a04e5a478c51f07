import NIOCore

/// The flows of datagrams of a listener, by client: so many at most, each as long as something moves. No I/O; the time
/// is passed in.
struct FlowTable<Key: Hashable, Flow> {
    private struct Entry {
        var flow: Flow
        var lastUsed: NIODeadline
    }

    private var entries: [Key: Entry] = [:]
    private let limit: Int
    private let idle: TimeAmount

    /// - Parameters:
    ///   - limit: flows at a time.
    ///   - idle: how long a flow may be without a datagram.
    init(limit: Int, idle: TimeAmount) {
        self.limit = limit
        self.idle = idle
    }

    /// How many flows there are.
    var count: Int { entries.count }

    /// Whether there is room for another.
    var hasRoom: Bool { entries.count < limit }

    /// The flow of a client, which has just been used.
    mutating func use(_ key: Key, now: NIODeadline) -> Flow? {
        guard let index = entries.index(forKey: key) else { return nil }
        entries.values[index].lastUsed = now
        return entries.values[index].flow
    }

    /// Adds a flow; there must be room, and none of that client.
    mutating func add(_ flow: Flow, for key: Key, now: NIODeadline) {
        entries[key] = Entry(flow: flow, lastUsed: now)
    }

    /// Forgets the flow of a client.
    mutating func remove(_ key: Key) -> Flow? { entries.removeValue(forKey: key)?.flow }

    /// Takes the flows that have been idle for too long.
    mutating func takeIdle(now: NIODeadline) -> [Flow] {
        let old = entries.filter { now - $0.value.lastUsed >= idle }
        for key in old.keys { entries[key] = nil }
        return old.values.map(\.flow)
    }

    /// Takes the flows that `isTaken` says.
    mutating func take(where isTaken: (Flow) -> Bool) -> [Flow] {
        let taken = entries.filter { isTaken($0.value.flow) }
        for key in taken.keys { entries[key] = nil }
        return taken.values.map(\.flow)
    }

    /// Takes all flows.
    mutating func takeAll() -> [Flow] {
        defer { entries.removeAll() }
        return entries.values.map(\.flow)
    }
}
