import Addressing
import DNSWire
import Synchronization
import Telemetry

/// Where the reports of proxies wait until they are taken up; filled on event loops, emptied by one reader.
final class LatencyInbox: Sendable {
    /// What a proxy said.
    struct Message: Sendable {
        /// The region whose check asked it.
        var region: DomainName
        /// The address that was asked.
        var address: IPAddress
        /// The region it says it is of, as text.
        var claim: String
        var requestsPerSecond: Double
        var report: RoundTripReport
        /// When it came.
        var time: ContinuousClock.Instant
    }

    private struct Contents {
        var messages: [Message] = []
        var networkCount = 0
        var lostCount = 0
    }

    /// Networks that wait at most; the messages beyond it are lost, and what they say comes again when it changes again.
    private static let networkLimit = 500_000

    private let contents = Mutex(Contents())

    func put(_ message: Message) {
        contents.withLock { contents in
            guard contents.networkCount + message.report.entries.count <= Self.networkLimit else {
                contents.lostCount += 1
                return
            }
            contents.networkCount += message.report.entries.count
            contents.messages.append(message)
        }
    }

    /// Empties it.
    ///
    /// - Returns: what was in it, and how many messages were lost since it was emptied before.
    func take() -> (messages: [Message], lostCount: Int) {
        contents.withLock { contents in
            defer { contents = Contents() }
            return (contents.messages, contents.lostCount)
        }
    }
}
