import Addressing
import CLinux
import Telemetry

/// The measuring of round trips on one loop.
struct ClientRoundTrips {
    private var sensor: RoundTripSensor
    private let memory: RoundTripMemory

    init(_ memory: RoundTripMemory, settings: RoundTripSettings) {
        self.memory = memory
        sensor = RoundTripSensor(settings)
    }

    /// A connection was accepted: takes the round trip of its handshake.
    ///
    /// - Parameters:
    ///   - client: where it connects from.
    ///   - isRelayed: whether that is a proxy in front.
    mutating func begin(
        _ descriptor: CInt,
        from client: IPAddress?,
        isRelayed: Bool
    ) -> RoundTripSensor.Connection {
        let now = memory.now
        var connection = sensor.begin(from: client, isRelayed: isRelayed, at: now)
        if connection.isMeasured {
            sensor.measuredHandshake(RoundTripSensor.Measurement(descriptor: descriptor), &connection, at: now)
        }
        return connection
    }

    /// Asks the kernel again, when it has had more to measure.
    mutating func measure(_ descriptor: CInt, _ connection: inout RoundTripSensor.Connection) {
        guard connection.isMeasured else { return }
        sensor.measuredLater(RoundTripSensor.Measurement(descriptor: descriptor), &connection, at: memory.now)
    }

    /// Gives away what has come.
    mutating func collect() -> RoundTripSensor.Batch { sensor.collect() }
}

extension RoundTripSensor.Measurement {
    /// What the kernel has measured of a TCP connection.
    init?(descriptor: CInt) {
        var (latest, least): (UInt32, UInt32) = (0, 0)
        guard unsafe tern_round_trip(descriptor, &latest, &least) == 0 else { return nil }
        self.init(latest: latest, least: least)
    }
}
