import NIOCore
import NIOPosix

/// Ports for listeners whose number must be known before.
enum FreePort {
    /// A port of 127.0.0.1 that is free for connections and datagrams, so far as one can know beforehand.
    static func find() async throws -> UInt16 {
        for _ in 0..<100 {
            // Below the range from which the kernel gives ports to clients.
            let port = Int.random(in: 20_000..<32_000)
            let group = MultiThreadedEventLoopGroup.singleton
            guard let stream = try? await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: port).get()
            else { continue }
            let datagram = try? await DatagramBootstrap(group: group).bind(host: "127.0.0.1", port: port).get()
            try await stream.close()
            guard let datagram else { continue }
            try await datagram.close()
            return UInt16(port)
        }
        throw TestFailure.timeout
    }
}
