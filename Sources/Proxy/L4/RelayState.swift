/// A connection that is passed on octet for octet, as far as its ends go. No I/O.
///
///     client ends ──▶ the server's input is ended      either side may go on sending after that
///     server ends ──▶ the client's input is ended
///     both ended  ──▶ both connections are closed, once what is on the way has been sent
struct RelayState {
    /// One of the two connections.
    enum Side: Hashable, Sendable {
        case client
        case server
    }

    /// What to do when a side has ended.
    enum Action: Hashable, Sendable {
        /// Send what there is to this side, then end its input.
        case endInput(of: Side)
        /// The same, then close both.
        case endInputAndClose(of: Side)
        /// Nothing more: it had ended already, or the server is not connected yet.
        case none
    }

    private var ended: Set<Side> = []
    private var isConnected = false

    /// The server's connection is there.
    mutating func connected() -> Action {
        isConnected = true
        return ended.contains(.client) ? .endInput(of: .server) : .none
    }

    /// The octets of a side have ended.
    mutating func ended(_ side: Side) -> Action {
        guard ended.insert(side).inserted, isConnected else { return .none }
        let other: Side = side == .client ? .server : .client
        return ended.count == 2 ? .endInputAndClose(of: other) : .endInput(of: other)
    }
}
