import Balancing
import TCPTransport

// What the connection of a client has to do with the pool beside choosing a server: waiting in its line, saying how
// the server did, and giving up a server whose drain has lasted too long.
extension DownstreamHandler {
    /// Who waits in line for this request.
    func makeWaiter() -> PoolWaiter? {
        guard let pool else { return nil }
        attempt += 1
        let attempt = attempt
        let bound = LoopBound(self, to: loop.mailbox)
        return PoolWaiter(on: loop.mailbox) { server in
            let handler = bound.value
            guard attempt == handler.attempt, handler.state == .exchange, handler.waiting != nil else {
                return pool.ended(server)
            }
            handler.waiting = nil
            handler.touch()
            handler.send(to: server)
        }
    }

    /// The time in line is over.
    func leaveLine() {
        guard let ticket = waiting, pool?.leave(ticket, timedOut: true) == true else { return }
        waiting = nil
        recover(.refuse(.queueTimeout))
    }

    /// Notes what the status of the response says of the server: an error of its own (RFC 9110 section 15.6) is a
    /// failure, but not that it does not have a method or a version of HTTP.
    func judge(status: Int) {
        if status >= 500, status != 501, status != 505 {
            outcome = .failure
        } else {
            outcome = .success(nanoseconds: loop.now.nanoseconds &- sentAt.nanoseconds)
        }
    }
}
