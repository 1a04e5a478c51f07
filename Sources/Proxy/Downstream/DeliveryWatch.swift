import Balancing
import Glibc

/// Follows what the kernel still has to deliver of a connection whose output is closed.
struct DeliveryWatch {
    /// Octets that the client had acknowledged when it was last looked, and when that number last grew.
    private var acknowledged: UInt64?
    private var progressAt = Moment.start
    private var wasDelivered = false

    /// Whether the connection is to be kept for another `ProxyLimits.linger`.
    ///
    /// It is kept while octets are acknowledged, for `stallLimit` without one, and once more when everything is
    /// delivered, so that the client can close first.
    mutating func goesOn(_ info: TransportInfo, at now: Moment, stallLimit: Duration) -> Bool {
        guard !info.isDelivered else {
            defer { wasDelivered = true }
            return !wasDelivered && acknowledged != nil
        }
        if info.acknowledged != acknowledged {
            acknowledged = info.acknowledged
            progressAt = now
        }
        return now < progressAt + stallLimit
    }
}

/// What the kernel says of a TCP connection (`struct tcp_info` of linux/tcp.h).
struct TransportInfo: Equatable {
    /// Octets that the other side has acknowledged.
    let acknowledged: UInt64
    /// Whether the other side has acknowledged everything, the end of the output included.
    let isDelivered: Bool

    /// The first 128 octets of the structure: the state is the first octet, tcpi_bytes_acked the last eight.
    fileprivate typealias Octets = InlineArray<16, UInt64>

    /// States in which the end of the output has not been acknowledged: ESTABLISHED, FIN_WAIT1, CLOSE_WAIT, LAST_ACK
    /// and CLOSING, as in net/tcp_states.h.
    fileprivate static let undelivered: Set<UInt8> = [1, 4, 8, 9, 11]
}

extension TransportInfo {
    /// Asks the kernel; `nil` when it does not know.
    init?(_ descriptor: CInt) {
        var octets = Octets(repeating: 0)
        var length = socklen_t(MemoryLayout<Octets>.size)
        guard unsafe getsockopt(descriptor, CInt(IPPROTO_TCP), TCP_INFO, &octets, &length) == 0,
            length == socklen_t(MemoryLayout<Octets>.size)
        else { return nil }
        self.init(
            acknowledged: octets[15],
            isDelivered: !Self.undelivered.contains(UInt8(truncatingIfNeeded: octets[0]))
        )
    }
}
