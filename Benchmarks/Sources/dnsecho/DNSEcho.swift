import CDatagram
import Datagrams
import Glibc

/// `dnsecho ADDRESS:PORT [CORE]`: the floor of a UDP name server.
///
/// One thread receives a batch of messages, sets QR in each and sends them back. What that costs is the kernel's share
/// of any answer.
@main
enum DNSEcho {
    private static let width = 32

    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        guard let text = arguments.first, let address = SocketAddress(text), arguments.count <= 2 else {
            fail("usage: dnsecho ADDRESS:PORT [CORE]", status: 2)
        }
        do throws(SocketError) {
            if let core = arguments.dropFirst().first {
                guard let core = Int(core) else { fail("dnsecho: '\(core)' is no core", status: 2) }
                try pin(toCore: core)
            }
            echo(on: try DatagramSocket(address, .bound))
        } catch {
            fail("dnsecho: \(error)", status: 1)
        }
    }

    private static func echo(on socket: DatagramSocket) -> Never {
        let batch = MessageBatch(width: width, size: 1280, keepsSources: true)
        while true {
            batch.prepareToReceive()
            let count = Int(unsafe bench_recvmmsg(socket.descriptor, batch.messages, CUnsignedInt(width), 1))
            guard count > 0 else { continue }
            for index in 0..<count {
                let length = Int(unsafe batch.messages[index].length)
                batch.setLength(length, of: index)
                if length > 2 { unsafe batch[index][2] |= 0x80 }
            }
            var next = 0
            while next < count {
                let left = CUnsignedInt(count - next)
                next += max(1, Int(unsafe bench_sendmmsg(socket.descriptor, batch.messages + next, left)))
            }
        }
    }
}
