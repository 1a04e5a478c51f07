import NIOCore
import TLSTransport
import Testing

/// A client and a server that are connected in memory.
final class ConnectionPair {
    let client: TLSConnection
    let server: TLSConnection
    /// The most octets that are received at a time.
    private let step: Int

    init(
        certificate: TestCertificates.Pair = TestCertificates.valid,
        trust: TLSClientContext.Trust = .file(TestCertificates.authority.certificate),
        peer: TLSPeerName? = .host("www.example.test"),
        offered: [String] = [],
        spoken: [String] = [],
        step: Int = 1 << 20
    ) throws {
        client = try TLSConnection(client: TLSClientContext(trust: trust, applicationProtocols: offered), peer: peer)
        server = try TLSConnection(
            server: TLSServerContext(
                certificateChain: certificate.certificate,
                privateKey: certificate.key,
                applicationProtocols: spoken
            )
        )
        self.step = step
    }

    /// Shakes hands in parts of `step`; throws the client's error, or else the server's.
    func handshake() throws(TLSError) {
        var serverError: TLSError?
        var (up, down): ([UInt8], [UInt8]) = ([], [])
        while true {
            let isClientDone = try client.handshake()
            up += take(from: client)
            let isIdle = up.isEmpty && down.isEmpty
            let upPart = Array(up.prefix(step))
            try? server.receive(upPart.span)
            up.removeFirst(min(step, up.count))
            var isServerDone = false
            do throws(TLSError) { isServerDone = try server.handshake() } catch { serverError = serverError ?? error }
            down += take(from: server)
            let downPart = Array(down.prefix(step))
            try client.receive(downPart.span)
            down.removeFirst(min(step, down.count))
            if isClientDone, isServerDone, up.isEmpty, down.isEmpty { return }
            if let serverError, isIdle || isClientDone { throw serverError }
        }
    }

    /// What one side has for the other.
    func take(from connection: TLSConnection) -> [UInt8] {
        var octets = ByteBuffer()
        octets.writeWithOutputRawSpan(minimumWritableBytes: connection.outputCount) { span in
            connection.takeOutput(into: &span)
        }
        return octets.readBytes(length: octets.readableBytes) ?? []
    }

    /// Sends octets and reads them at the other side.
    func send(_ octets: [UInt8], from sender: TLSConnection, to receiver: TLSConnection) throws(TLSError) -> [UInt8] {
        try sender.write(octets.span)
        var received: [UInt8] = []
        while sender.outputCount > 0 {
            let octets = take(from: sender)
            for start in stride(from: 0, to: octets.count, by: step) {
                try receiver.receive(octets.span.extracting(start..<min(octets.count, start + step)))
                received += try read(from: receiver).octets
            }
        }
        return received
    }

    /// Everything that can be read now, and how it ended.
    func read(from connection: TLSConnection) throws(TLSError) -> (octets: [UInt8], end: TLSConnection.ReadResult) {
        var all = ByteBuffer()
        var result = TLSConnection.ReadResult.octets
        while result == .octets {
            try all.writeWithOutputRawSpan(minimumWritableBytes: 5000) { span throws(TLSError) in
                result = try connection.read(into: &span)
            }
        }
        return (all.readBytes(length: all.readableBytes) ?? [], result)
    }
}
