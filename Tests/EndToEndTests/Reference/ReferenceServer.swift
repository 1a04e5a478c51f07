import DNSWire

/// Another name server with the same zones.
protocol ReferenceServer: Sendable {
    /// Its port of 127.0.0.1.
    var port: UInt16 { get }
    func stop() throws
}

extension ReferenceServer {
    /// Waits until every zone is answered for.
    ///
    /// - Throws: ``Unfulfilled`` with what the server wrote.
    func waitUntilReady(for origins: [String], of server: RunningProgram) throws {
        for origin in origins {
            let question = try DNSQuestion(origin, .soa)
            try wait(for: "an answer for \(origin)", evidence: { server.output }) {
                guard server.isRunning else { throw Unfulfilled("the server did not start\n\(server.output)") }
                return (try? Socket(.tcp, port: port).ask(question).answer.contains { $0.type == .soa }) == true
            }
        }
    }
}

/// Which server Tern is compared with.
enum Reference: String, CaseIterable, Sendable {
    case nsd = "NSD"
    case bind = "BIND"
}
