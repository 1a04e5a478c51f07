/// What the process that serves tells the one that takes over: which socket each descriptor beside the message is.
///
///     tern-hand-over 1 LF
///     tcp 192.0.2.10:80 LF
///     udp 192.0.2.10:53 LF
///
/// The descriptors are in the order of the lines. The answer, once the new process is ready, is `ready LF`; to that the
/// old one says `paused LF` when it accepts no more.
enum HandoverMessage {
    /// Sockets that one message carries at most; what CLinux makes room for.
    static let limit = 64
    /// Octets that a message has at most.
    static let octetLimit = 8192
    /// The answer of the process that takes over.
    static let ready = "ready\n"
    /// What the process that served says to that.
    static let paused = "paused\n"

    private static let title = "tern-hand-over 1"

    /// The message for these sockets.
    static func text(_ sockets: [ListeningSocket]) -> String {
        ([title] + sockets.map(\.text)).map { $0 + "\n" }.joined()
    }

    /// The sockets of a message; `nil` when it is no such message.
    static func sockets(_ text: String) -> [ListeningSocket]? {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.popLast()?.isEmpty == true, lines.first == title[...], lines.count <= limit + 1 else { return nil }
        let sockets = lines.dropFirst().compactMap { ListeningSocket(text: $0) }
        return sockets.count == lines.count - 1 ? sockets : nil
    }
}
