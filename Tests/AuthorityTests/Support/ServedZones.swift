import Addressing
import Authority
import DNSWire
import Steering
import ZoneFile

/// Zones given as text, ready to be asked.
struct ServedZones: Sendable {
    /// A response that breaks a rule that all responses keep.
    struct Violation: Error, CustomStringConvertible {
        var description: String
    }

    /// The apex of every zone: `example.com.` is to be read for `@`.
    static let apex = """
        $TTL 300
        @    3600  SOA  ns1 hostmaster 1 7200 900 1209600 60
        @          NS   ns1
        ns1        A    192.0.2.53

        """
    /// The SOA of a negative answer of example.com with that apex.
    static let negative =
        "authority: example.com. 60 SOA ns1.example.com. hostmaster.example.com. 1 7200 900 1209600 60"

    let zones: ZoneData
    let map: SteeringMap
    let snapshot: Snapshot

    /// Compiles zones.
    ///
    /// - Parameters:
    ///   - zones: pairs of a name and the text of a zone.
    ///   - apex: what each text is preceded by.
    ///   - access: who may ask for what is in a zone, by its name.
    ///   - health: changes what is known of the regions, all of which are healthy.
    init(
        _ zones: [(origin: String, text: String)],
        apex: String = Self.apex,
        atlas: Atlas = .empty,
        controlAccess: [IPPrefix] = [],
        access: [DomainName: [IPPrefix]] = [:],
        settings: ResponderSettings = ResponderSettings(),
        health change: (Fleet, inout FleetHealth) -> Void = { _, _ in }
    ) throws {
        let zones = try zones.map { try Self.read(apex + $0.text, origin: $0.origin) }
        let fleet = Fleet(ControlRecords(zones: zones))
        let rules = Dictionary(uniqueKeysWithValues: fleet.rules.map { ($0.name, $0.index) })
        var health = FleetHealth(allHealthy: fleet)
        change(fleet, &health)
        self.zones = try ZoneCompiler.compile(zones, rules: rules, access: access)
        map = SteeringMap(fleet: fleet, atlas: atlas)
        snapshot = try Self.snapshot(self.zones, map, health, controlAccess, settings)
    }

    /// Zones without steered names, as they were compiled.
    init(compiled zones: ZoneData) throws {
        self.zones = zones
        map = SteeringMap(fleet: Fleet(ControlRecords()), atlas: .empty)
        snapshot = try Self.snapshot(zones, map, FleetHealth(allHealthy: map.fleet), [], ResponderSettings())
    }

    /// Reads the whole text of a zone.
    static func read(_ text: String, origin: String) throws -> Zone {
        let outcome = ZoneFileReader.read(Array(text.utf8), path: origin, origin: try DomainName(origin))
        guard let zone = outcome.zone else {
            throw Violation(description: outcome.findings.map(\.description).joined(separator: "\n"))
        }
        return zone
    }

    /// Compiles one zone, example.com.
    init(
        _ text: String,
        atlas: Atlas = .empty,
        controlAccess: [IPPrefix] = [],
        settings: ResponderSettings = ResponderSettings(),
        health change: (Fleet, inout FleetHealth) -> Void = { _, _ in }
    ) throws {
        try self.init(
            [("example.com", text)],
            atlas: atlas,
            controlAccess: controlAccess,
            settings: settings,
            health: change
        )
    }

    /// What is served after the health of the regions has changed.
    func snapshot(
        generation: UInt64,
        health change: (Fleet, inout FleetHealth) -> Void
    ) throws -> Snapshot {
        var health = FleetHealth(allHealthy: map.fleet)
        change(map.fleet, &health)
        return try Self.snapshot(zones, map, health, [], ResponderSettings(), generation: generation)
    }

    private static func snapshot(
        _ zones: ZoneData,
        _ map: SteeringMap,
        _ health: FleetHealth,
        _ controlAccess: [IPPrefix],
        _ settings: ResponderSettings,
        generation: UInt64 = 1
    ) throws -> Snapshot {
        let steering = try SteerData(zones, SteeringDecisions(map: map, health: health))
        return Snapshot(
            zones: zones,
            steering: steering,
            controlAccess: controlAccess,
            settings: settings,
            generation: generation
        )
    }

    // MARK: - Asking

    /// The octets that answer a message; `nil` when it gets no answer.
    func respond(
        to message: [UInt8],
        from client: IPAddress = IPAddress(v4: 0xC633_64C8),
        over transport: Responder.Transport = .udp
    ) -> [UInt8]? {
        var responder = Responder(snapshot)
        return responder.answer(message, from: client, over: transport)
    }

    /// The response to a question.
    ///
    /// - Throws: ``Violation`` or ``MessageFault`` when there is none, or one that no question may get: malformed, too
    ///   long, with another ID or question.
    func ask(_ question: Question, from client: IPAddress = IPAddress(v4: 0xC633_64C8)) throws -> Message {
        guard let octets = respond(to: question.message(), from: client, over: question.transport) else {
            throw Violation(description: "no response")
        }
        let message = try Message(octets)
        guard message.id == 0xBEEF, message.isResponse else { throw Violation(description: "of another query") }
        guard octets.count <= question.sizeLimit else { throw Violation(description: "\(octets.count) octets") }
        guard message.question != nil, octets[12...].starts(with: question.section) else {
            throw Violation(description: "not the question asked")
        }
        return message
    }

    /// The response to a question, both as text: see ``Question/init(_:)`` and ``Message/description``.
    func ask(_ question: String, from client: String = "198.51.100.200") throws -> String {
        guard let client = IPAddress(client) else { throw Violation(description: "no client") }
        return try ask(Question(question), from: client).description
    }
}

extension Responder {
    /// Some moment in 2026, in seconds since 1970.
    fileprivate static let now: UInt32 = 1_795_500_000

    /// The octets that answer a message; `nil` when it gets no answer.
    mutating func answer(_ message: [UInt8], from client: IPAddress, over transport: Transport) -> [UInt8]? {
        let size = transport == .udp ? Responder.udpBufferSize : Responder.tcpBufferSize
        // Not zeros, so that an octet that is not written shows.
        var room = [UInt8](repeating: 0xA5, count: size)
        var response = room.mutableSpan
        let length = respond(to: message.span, from: client, over: transport, at: 0, into: &response)
        return length > 0 ? Array(room.prefix(length)) : nil
    }
}
