import Glibc
import NIOCore
import NIOPosix

/// Passes when a connection is accepted.
final class ConnectChecker: Checker {
    private let address: SocketAddress
    private let timeout: TimeAmount
    private let eventLoop: any EventLoop
    private var attempt: Attempt?

    /// One connection.
    private final class Attempt {
        var onEnd: ((CheckOutcome) -> Void)?
        var channel: (any Channel)?

        init(_ onEnd: @escaping (CheckOutcome) -> Void) { self.onEnd = onEnd }

        func end(_ outcome: CheckOutcome) {
            let onEnd = self.onEnd
            close()
            onEnd?(outcome)
        }

        func close() {
            onEnd = nil
            channel?.close(promise: nil)
            channel = nil
        }
    }

    init(to address: SocketAddress, timeout: Duration, on eventLoop: any EventLoop) {
        self.address = address
        self.timeout = TimeAmount(timeout)
        self.eventLoop = eventLoop
    }

    func check(onEnd: @escaping (CheckOutcome) -> Void) {
        let attempt = Attempt(onEnd)
        self.attempt = attempt
        let bound = NIOLoopBound(attempt, eventLoop: eventLoop)
        let bootstrap = ClientBootstrap(group: eventLoop).connectTimeout(timeout)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard bound.value.onEnd != nil else { throw ChannelError.eof }
                    bound.value.channel = channel
                }
            }
        var isBeginning = true
        bootstrap.connect(to: address).assumeIsolated().whenComplete { result in
            let outcome: CheckOutcome
            switch result {
            case .success(let channel):
                // A reset instead of an orderly close: two packets fewer, and no port of ours left in TIME-WAIT.
                _ = (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
                outcome = .passed(.connected)
            case .failure(let error): outcome = CheckOutcome(CheckFailure(error))
            }
            // A connection can be accepted or refused within the call.
            guard isBeginning else { return attempt.end(outcome) }
            self.eventLoop.assumeIsolated().execute { attempt.end(outcome) }
        }
        isBeginning = false
    }

    func cancel() {
        attempt?.close()
        attempt = nil
    }
}
