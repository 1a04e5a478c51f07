/// The connections to servers that carry no request at present, of one event loop.
///
/// The one used last is taken first, so that those not needed grow old and go. Pure: connections are opened, closed
/// and timed elsewhere.
struct IdleConnections<Connection: AnyObject> {
    private var byServer: [Int: [Connection]] = [:]
    /// All connections kept.
    private(set) var count = 0
    private let limitPerServer: Int
    private let limit: Int

    init(perServer limitPerServer: Int, total limit: Int) {
        self.limitPerServer = limitPerServer
        self.limit = limit
    }

    /// Keeps a connection to the server with this key.
    ///
    /// - Returns: whether there was room; if not, the connection is to be closed.
    mutating func put(_ connection: Connection, server key: Int) -> Bool {
        guard count < limit, byServer[key, default: []].count < limitPerServer else { return false }
        byServer[key, default: []].append(connection)
        count += 1
        return true
    }

    /// Takes the connection to this server that was used last.
    mutating func take(server key: Int) -> Connection? {
        guard let connection = byServer[key]?.popLast() else { return nil }
        count -= 1
        return connection
    }

    /// Forgets a connection that has closed; nothing happens when it is not kept.
    mutating func remove(_ connection: Connection, server key: Int) {
        guard let index = byServer[key]?.lastIndex(where: { $0 === connection }) else { return }
        byServer[key]?.remove(at: index)
        count -= 1
    }

    /// Takes all connections to a server that is gone.
    mutating func takeAll(server key: Int) -> [Connection] {
        let connections = byServer.removeValue(forKey: key) ?? []
        count -= connections.count
        return connections
    }

    /// Takes all connections.
    mutating func takeAll() -> [Connection] {
        defer {
            byServer.removeAll()
            count = 0
        }
        return byServer.values.flatMap { $0 }
    }
}
