import Glibc

/// The response time of a server as an exponentially weighted moving average that follows peaks at once.
///
/// As in Finagle's load balancer of that name: a sample above the average replaces it; one below is taken in with the
/// weight 1 - w, where w = e^(-dt/tau) and dt is the time since the last sample. Without samples the average decays with
/// the same w towards 0, so that a server that was slow once is tried again and none starves.
struct PeakEWMA: Sendable {
    /// How fast the past is forgotten, in nanoseconds: 10 s.
    static let tau = 10e9
    /// What a failed request counts for at least, in nanoseconds: one that fails at once must not look fast.
    static let failure = 1e9
    /// What a server counts for that has requests and has answered none: more than any response takes.
    static let unanswered = 60e9

    /// Nanoseconds at `stamp`; negative before the first sample.
    private var average = -1.0
    private var stamp = Moment.start

    /// Takes in a response time.
    mutating func observe(nanoseconds sample: Double, at now: Moment) {
        let weight = Self.weight(now.nanoseconds(since: stamp))
        let decayed = average * weight
        average = sample >= decayed ? sample : decayed + sample * (1 - weight)
        stamp = now
    }

    /// The average at `now` in nanoseconds; `nil` before the first sample.
    func value(at now: Moment) -> Double? {
        average < 0 ? nil : average * Self.weight(now.nanoseconds(since: stamp))
    }

    /// What another request costs: average x (requests in progress + 1) / share.
    ///
    /// A server without any sample costs nothing until it has its first request, and then more than all others until it
    /// has answered.
    func cost(requestsInProgress: Int, share: Int, at now: Moment) -> Double {
        let load = Double(requestsInProgress + 1)
        guard let value = value(at: now) else {
            return requestsInProgress == 0 ? 0 : Self.unanswered * load / Double(share)
        }
        return value * load / Double(share)
    }

    private static func weight(_ nanoseconds: Int64) -> Double { exp(-Double(nanoseconds) / tau) }
}
