import Addressing
import Authority
import DNSServer
import DNSWire
import NIOPosix
import Steering
import ZoneFile

/// The zone example.com of these tests, and questions to it.
enum TestZone {
    /// A zone file of example.com with one address at `www`.
    static func text(_ address: String = "192.0.2.1", _ rest: String = "") -> String {
        """
        $TTL 300
        @     SOA  ns1 hostmaster 1 7200 900 1209600 60
        @     NS   ns1
        ns1   A    192.0.2.53
        www   A    \(address)
        \(rest)

        """
    }

    /// What a zone file says, ready to be answered from.
    static func snapshot(_ text: String = text(), generation: UInt64 = 1) throws -> Snapshot {
        let outcome = ZoneFileReader.read(Array(text.utf8), path: "example.com.zone")
        guard let zone = outcome.zone else { throw ZoneServiceError.findings(outcome.findings) }
        let zones = try ZoneCompiler.compile([zone], rules: [:])
        let map = SteeringMap(fleet: Fleet(ControlRecords()), atlas: .empty)
        let steering = try SteerData(zones, SteeringDecisions(map: map, health: FleetHealth(allHealthy: map.fleet)))
        return Snapshot(zones: zones, steering: steering, controlAccess: [], generation: generation)
    }

    /// A server of the zone on ports that the kernel chooses.
    static func server(
        _ text: String = text(),
        on addresses: String...,
        workers: Int = 1,
        limits: TCPLimits = TCPLimits()
    ) async throws -> NameServer {
        let endpoints = addresses.compactMap { Endpoint($0, defaultPort: 0) }
        let publisher = SnapshotPublisher(try snapshot(text))
        for _ in 0..<20 {
            do throws(ListenError) {
                return try await NameServer.start(
                    endpoints,
                    workers: workers,
                    publisher: publisher,
                    limits: limits,
                    group: .singleton
                )
            } catch {
                // The port that the kernel chose for TCP may be anyone's for UDP.
                guard error.endpoint.port != 0, endpoints.allSatisfy({ $0.port == 0 }) else { throw error }
            }
        }
        throw ClientSocket.Failure(description: "no port is free for both transports")
    }

    /// A query for the addresses of a name.
    static func query(_ name: String = "www.example.com", _ type: RRType = .a, id: UInt16 = 0xBEEF) throws -> [UInt8] {
        let header = [id, 0x0100, 1, 0, 0, 0].flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        return header + (try DomainName(name).wire) + [UInt8(type.rawValue >> 8), UInt8(type.rawValue & 0xFF), 0, 1]
    }

    /// The answer that one address is, without EDNS.
    static func answer(_ address: [UInt8] = [192, 0, 2, 1], id: UInt16 = 0xBEEF) throws -> [UInt8] {
        var message = try query(id: id)
        (message[2], message[7]) = (0x85, 1)
        return message + [0xC0, 12, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4] + address
    }

    /// A message as it is sent over a stream.
    static func framed(_ message: [UInt8]) -> [UInt8] {
        [UInt8(message.count >> 8), UInt8(message.count & 0xFF)] + message
    }
}

extension NameServer {
    /// Stops in the background, for a test that has done with it and needs not wait until the threads have ended.
    func retire() { Task { await stop() } }
}
