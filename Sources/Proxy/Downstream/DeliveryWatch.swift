import Balancing
import NIOCore

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
    private typealias Octets = InlineArray<16, UInt64>

    /// States in which the end of the output has not been acknowledged: ESTABLISHED, FIN_WAIT1, CLOSE_WAIT, LAST_ACK
    /// and CLOSING, as in net/tcp_states.h.
    private static let undelivered: Set<UInt8> = [1, 4, 8, 9, 11]

    /// Reads it; `nil` where there is none.
    static func read(_ channel: any Channel, then: @escaping (TransportInfo?) -> Void) {
        guard let provider = channel as? any SocketOptionProvider else { return then(nil) }
        let option: EventLoopFuture<Octets> = provider.unsafeGetSocketOption(
            level: .tcp,
            name: NIOBSDSocket.Option(rawValue: 11)
        )
        option.assumeIsolated().whenComplete { result in
            let octets = try? result.get()
            then(
                octets.map {
                    TransportInfo(
                        acknowledged: $0[15],
                        isDelivered: !undelivered.contains(UInt8(truncatingIfNeeded: $0[0]))
                    )
                }
            )
        }
    }
}
