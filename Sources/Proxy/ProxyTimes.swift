import TCPTransport

/// The times of `ProxyLimits` as connections move their deadlines by them.
struct ProxyTimes: Sendable {
    let requestHead: Interval
    let keepAlive: Interval
    let connect: Interval
    let responseHead: Interval
    let stalledBody: Interval
    let total: Interval?
    let idleTunnel: Interval
    let linger: Interval
    let idleUpstream: Interval

    init(_ limits: ProxyLimits) {
        requestHead = Interval(limits.requestHead)
        keepAlive = Interval(limits.keepAlive)
        connect = Interval(limits.connect)
        responseHead = Interval(limits.responseHead)
        stalledBody = Interval(limits.stalledBody)
        total = limits.total.map(Interval.init)
        idleTunnel = Interval(limits.idleTunnel)
        linger = Interval(limits.linger)
        idleUpstream = Interval(limits.idleUpstream)
    }
}
