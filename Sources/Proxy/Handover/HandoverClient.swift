import CLinux
import Glibc

/// What a process that takes over has got from the one that serves: its listening sockets, and the connection by which
/// to say that they are in use.
package final class HandoverClient: Sendable {
    /// The sockets, not yet used.
    let sockets: [ListeningSocket: CInt]
    private let connection: CInt

    /// How long the process that serves has to answer.
    private static let patience = timeval(tv_sec: 5, tv_usec: 0)

    /// Asks the process that listens at `path` for its sockets.
    ///
    /// - Returns: `nil` when no process listens there: there is nothing to take over.
    package init?(path: String) throws(RegionProxyError) {
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .cannotHandOver(path: path, errno: errno) }
        do throws(RegionProxyError) {
            guard try Self.connect(descriptor, path) else {
                Glibc.close(descriptor)
                return nil
            }
            sockets = try Self.receive(descriptor, path)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        connection = descriptor
    }

    deinit { Glibc.close(connection) }

    /// Tells the process that has served until now to accept no more, and waits until it does not, for a few seconds.
    func confirm() {
        let octets = Array(HandoverMessage.ready.utf8)
        _ = unsafe send(connection, octets, octets.count, CInt(MSG_NOSIGNAL))
        // It may have gone, or say nothing: then nothing hinders either.
        var answer = [UInt8](repeating: 0, count: HandoverMessage.paused.utf8.count)
        _ = unsafe recv(connection, &answer, answer.count, CInt(MSG_WAITALL))
    }

    private static func connect(_ descriptor: CInt, _ path: String) throws(RegionProxyError) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let octets = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard octets.count < room else {
            throw .cannotHandOver(path: path, cause: "the path is longer than \(room - 1)")
        }
        // The path fits, and the rest of the array is zero.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: octets) }
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if status == 0 { return true }
        if errno == ENOENT || errno == ECONNREFUSED { return false }
        throw .cannotHandOver(path: path, errno: errno)
    }

    private static func receive(
        _ descriptor: CInt,
        _ path: String
    ) throws(RegionProxyError) -> [ListeningSocket: CInt] {
        var patience = patience
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var descriptors = [CInt](repeating: -1, count: HandoverMessage.limit)
        var octets = [UInt8](repeating: 0, count: HandoverMessage.octetLimit)
        var count = descriptors.count
        let received = unsafe tern_receive_descriptors(descriptor, &descriptors, &count, &octets, octets.count)
        guard received > 0 else {
            throw received == 0
                ? .cannotHandOver(path: path, cause: "the process there gives nothing away")
                : .cannotHandOver(path: path, errno: errno)
        }
        let text = String(decoding: octets.prefix(received), as: UTF8.self)
        guard let sockets = HandoverMessage.sockets(text), sockets.count == count else {
            for descriptor in descriptors.prefix(count) { Glibc.close(descriptor) }
            throw .cannotHandOver(path: path, cause: "the process there is no Tern of this version")
        }
        return Dictionary(zip(sockets, descriptors), uniquingKeysWith: { first, _ in first })
    }
}

extension RegionProxyError {
    /// A failure in the words of the system's manual.
    fileprivate static func cannotHandOver(path: String, errno: CInt) -> RegionProxyError {
        let cause = unsafe strerror(errno).map { unsafe String(cString: $0) }
        return .cannotHandOver(path: path, cause: cause ?? "error \(errno)")
    }
}
