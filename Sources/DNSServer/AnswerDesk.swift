import Addressing
import Authority
import NIOCore
import NIOPosix

/// A responder with room for one answer, shared by the connections of an event loop, which answer in turn.
final class AnswerDesk {
    private let publisher: SnapshotPublisher
    private var responder: Responder
    private var room = [UInt8](repeating: 0, count: Responder.tcpBufferSize)

    init(_ publisher: SnapshotPublisher) {
        self.publisher = publisher
        responder = Responder(publisher.current)
    }

    /// Appends the answer to a query with its length.
    ///
    /// - Returns: `false` when the message gets no answer.
    func answer(_ query: ByteBuffer, from client: IPAddress, into answers: inout ByteBuffer) -> Bool {
        if publisher.generation != responder.generation { responder.adopt(publisher.current) }
        var response = room.mutableSpan
        let length = responder.respond(
            to: query.readableBytesUInt8Span,
            from: client,
            over: .tcp,
            at: UnixTime.seconds,
            into: &response
        )
        guard length > 0 else { return false }
        answers.writeInteger(UInt16(length))
        answers.writeBytes(room[..<length])
        return true
    }
}

/// One desk for each event loop thread, made when its first query comes.
final class AnswerDesks: @unchecked Sendable {
    private let publisher: SnapshotPublisher
    // A value of this variable is seen by the thread that set it and by no other, which is what makes it safe to share.
    private let desks = ThreadSpecificVariable<AnswerDesk>()

    init(_ publisher: SnapshotPublisher) {
        self.publisher = publisher
    }

    /// The desk of the current thread.
    var current: AnswerDesk {
        if let desk = desks.currentValue { return desk }
        let desk = AnswerDesk(publisher)
        desks.currentValue = desk
        return desk
    }
}
