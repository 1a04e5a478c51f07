import Addressing
import Authority
import CAllocationCounter
import CLinux
import DNSWire
import Glibc
import Steering
import Telemetry

/// `micro DATABASE ZONE`: what the steps of an answer cost inside the process, without sockets.
///
/// Prints a line of JSON for each step: nanoseconds, the least of several runs, and allocations, both per operation.
@main
enum Micro {
    private static let runs = 7
    private static let operations = 400_000

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count == 2, let database = arguments.first, let zone = arguments.last else {
            print("usage: micro DATABASE ZONE")
            exit(2)
        }
        let served = try ServedZone(database: database, zone: zone)
        measureReading()
        measureLookup(served)
        measureClassification(served)
        measureRendering(served)
        for (step, question, hasSubnet) in answers {
            measureAnswer(step, QueryMessages(question, hasSubnet: hasSubnet), served)
        }
        var fleet = try SteeredFleet(served.map.atlas)
        report("health-flip", operations: 256) { fleet.flip($0) }
        measureRoundTrips()
        let measured = try MeasuredFleet(served.map.atlas)
        report("publish-measured", operations: 2) { measured.publish($0) }
        var composed = try SteeredFleet(served.map.atlas, isComposed: true)
        report("health-flip-composed", operations: 256) { composed.flip($0) }
    }

    /// The answers measured: names of `zones/example.test.zone`.
    private static let answers: [(step: String, question: String, hasSubnet: Bool)] = [
        ("answer", "static.example.test", false),
        ("answer-nxdomain", "missing.example.test", false),
        ("answer-wildcard-alias", "a.preview.example.test", false),
        ("answer-steered", "www.example.test", false),
        ("answer-steered-subnet", "www.example.test", true),
        ("answer-split-subnet", "beta.example.test", true),
    ]

    /// Reading a query with an OPT record and a client subnet.
    private static func measureReading() {
        let messages = QueryMessages("static.example.test", hasSubnet: true)
        var query = Query()
        report("read-query") { number in
            query.read(messages[number].span) == nil ? Int(query.questionEnd) : 0
        }
    }

    /// Finding a name that has been read.
    private static func measureLookup(_ served: ServedZone) {
        let messages = QueryMessages("static.example.test", hasSubnet: false)
        let lookup = NameLookup()
        let view = served.snapshot.zones.view
        var query = Query()
        guard query.read(messages[0].span) == nil else { return }
        report("lookup") { _ in
            guard case .node(let node) = lookup.find(query.name, type: .a, in: view) else { return 0 }
            return Int(node)
        }
    }

    /// Copying a rendered answer behind a question, and moving the pointers in it: that of a name that does not exist.
    private static func measureRendering(_ served: ServedZone) {
        let view = served.snapshot.zones.view
        var query = Query()
        let message = QueryMessages("missing.example.test", hasSubnet: false)[0]
        guard query.read(message.span) == nil,
            case .negative(let number, _) = NameLookup().find(query.name, type: .a, in: view)
        else { return }
        let (templates, nameLength, end) = (view.templates, query.name.length, query.questionEnd)
        var room = [UInt8](repeating: 0, count: Responder.udpBufferSize)
        report("render") { _ in
            let template = templates[number]
            let length = Int(template.length)
            var response = room.mutableSpan
            templates.copy(template, number, length: length, nameLength: nameLength, into: &response, at: end)
            return Int(response[end + length - 1])
        }
    }

    /// Finding the class of a random IPv4 address.
    private static func measureClassification(_ served: ServedZone) {
        let table = served.map.table
        report("classify") { number in
            table.classify(v4: QueryMessages.address(number)).depth
        }
    }

    /// A whole answer, from the octets of a query to those of the response.
    private static func measureAnswer(_ step: String, _ messages: QueryMessages, _ served: ServedZone) {
        var responder = Responder(served.snapshot)
        var room = [UInt8](repeating: 0, count: Responder.udpBufferSize)
        let client = IPAddress(v4: 0x5102_4501)
        report(step) { number in
            var response = room.mutableSpan
            return responder.respond(to: messages[number].span, from: client, over: .udp, at: 1, into: &response)
        }
    }

    /// What measuring the round trip of a connection costs: asking the kernel, taking its answer down, and folding it
    /// into what is known of as many networks as there are operations, which is not done on an event loop.
    private static func measureRoundTrips() {
        func client(_ number: Int) -> IPAddress {
            IPAddress(v4: UInt32(truncatingIfNeeded: UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15 >> 32))
        }
        if let connection = LoopbackConnection() {
            report("round-trip-system-call") { _ in
                var (latest, least): (UInt32, UInt32) = (0, 0)
                return unsafe Int(tern_round_trip(connection.accepted, &latest, &least)) &+ Int(latest)
            }
        }
        var sensor = RoundTripSensor()
        let clock = SecondsClock()
        report("round-trip-sample") { number in
            let now = clock.now
            var connection = sensor.begin(from: client(number), isRelayed: false, at: now)
            let measurement = RoundTripSensor.Measurement(latest: UInt32(truncatingIfNeeded: number) | 1, least: 1)
            sensor.measuredHandshake(measurement, &connection, at: now)
            return number & 0x7FFF == 0 ? sensor.collect().samples.count : 0
        }
        var table = RoundTripTable(capacity: 1 << 20, seed: 1)
        report("round-trip-fold") { number in
            table.add(20_000, from: ClientPrefix(client(number)), at: 1)
            return table.count
        }
        // The most that one report has, found, written and read.
        var octets: [UInt8] = []
        report("round-trip-report-write", operations: 8) { _ in
            octets = StateReport(region: "", roundTrips: table.report(since: .start, epoch: 1, now: 1)).octets
            return octets.count
        }
        report("round-trip-report-read", operations: 8) { _ in
            (try? StateReport(octets: octets))?.roundTrips?.entries.count ?? 0
        }
    }

    /// Measures a step and prints what it costs.
    ///
    /// - Parameters:
    ///   - operations: how many make a run.
    ///   - body: gets the number of the operation; what it returns is summed, so that nothing is optimised away.
    @inline(__always)
    private static func report(_ step: String, operations: Int = operations, _ body: (Int) -> Int) {
        var least = UInt64.max
        var allocations: UInt = 0
        var sum = 0
        // The first run makes what is made once.
        for _ in 0...runs {
            let allocationsBefore = tern_allocations_of_thread()
            let start = now()
            for number in 0..<operations { sum &+= body(number) }
            least = min(least, now() - start)
            allocations = tern_allocations_of_thread() - allocationsBefore
        }
        let tenths = least * 10 / UInt64(operations)
        let each = Double(allocations) / Double(operations)
        print("{\"step\":\"\(step)\",\"ns\":\(tenths / 10).\(tenths % 10),\"allocations\":\(each),\"sum\":\(sum)}")
    }

    private static func now() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
