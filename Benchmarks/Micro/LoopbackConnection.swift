import Glibc

/// A TCP connection of this process with itself.
struct LoopbackConnection {
    /// The side that was connected to.
    let accepted: CInt
    private let connected: CInt

    /// - Returns: `nil` when there can be none.
    init?() {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isConnected = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                var written = length
                return unsafe bind(listener, name, length) == 0 && listen(listener, 1) == 0
                    && getsockname(listener, name, &written) == 0 && connect(connected, name, length) == 0
            }
        }
        self.connected = connected
        guard isConnected else { return nil }
        accepted = accept(listener, nil, nil)
        guard accepted >= 0 else { return nil }
    }
}
