import Glibc
import Hummingbird
import NIOCore

/// A request on its connection.
struct AdminContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Who is at the other end: the user of the process that opened the socket, or the address.
    func client() async -> String {
        if let address = channel.remoteAddress?.ipAddress { return address }
        guard let provider = channel as? any SocketOptionProvider,
            let credentials: PeerCredentials = try? await provider.unsafeGetSocketOption(
                level: SocketOptionLevel(SOL_SOCKET),
                name: SocketOptionName(SO_PEERCRED)
            ).get()
        else { return "unknown" }
        return Self.userName(credentials.user) ?? "user \(credentials.user)"
    }

    private static func userName(_ user: uid_t) -> String? {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4096)
        let status = unsafe getpwuid_r(user, &entry, &buffer, buffer.count, &found)
        guard status == 0, let name = unsafe found?.pointee.pw_name else { return nil }
        return unsafe String(cString: name)
    }
}

/// What the kernel tells of the process that opened a socket: `struct ucred` of unix(7).
private struct PeerCredentials: Sendable {
    var process: pid_t
    var user: uid_t
    var group: gid_t
}
