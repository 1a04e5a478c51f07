import CLinux
import Glibc

/// A thread that runs a loop.
///
/// `@unchecked Sendable`: the loop is touched by who makes the thread until `start`, then by the thread alone.
package final class LoopThread: @unchecked Sendable {
    /// How to come to the loop.
    package let mailbox: LoopMailbox
    private let loop: TransportLoop
    private let name: String

    /// Makes a loop whose thread does not run yet.
    ///
    /// - Parameter name: of the thread, for top and perf; at most 15 octets.
    /// - Throws: the kernel gives no descriptors.
    package init(name: String) throws(SocketError) {
        mailbox = try LoopMailbox()
        loop = try TransportLoop(mailbox: mailbox)
        self.name = name
    }

    /// Makes something that belongs to the loop; to be called before `start`.
    package func bind<Value>(_ make: (TransportLoop) -> Value) -> LoopBound<Value> {
        LoopBound(make(loop), to: mailbox)
    }

    /// Runs the loop on a thread of its own, until its mailbox is told to stop.
    ///
    /// - Throws: there can be no further thread.
    package func start() throws(SocketError) {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        defer { unsafe pthread_attr_destroy(&attributes) }
        var thread = pthread_t()
        let box = unsafe Unmanaged.passRetained(self)
        let status = unsafe pthread_create(
            &thread,
            &attributes,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<LoopThread>.fromOpaque(argument).takeRetainedValue().run()
                }
                return nil
            },
            box.toOpaque()
        )
        guard status == 0 else {
            unsafe box.release()
            throw SocketError(code: status)
        }
    }

    private func run() {
        unsafe tern_name_thread(name)
        loop.run()
        mailbox.tellEnd()
    }
}
