import Addressing
import NIOCore
import Telemetry
import Testing
import ZoneFile

@testable import Health

/// Checks that ask a Tern proxy for its state.
@Suite struct ReportCheckTests {
    private static let pool = StateReport.Pool(name: "_http._tcp.us-east", healthy: 1, total: 2, activePriority: 0)
    private static let serving = StateReport(
        region: "us-east",
        load: StateReport.Load(requestsPerSecond: 12),
        pools: [pool]
    )

    /// The result of a response with this body, in parts of `step` octets.
    private func read(_ body: [UInt8], status: Int = 200, step: Int = 7) -> (CheckOutcome?, Bool?) {
        var reader = ResponseReader(statuses: [200...299], expect: [], readsReport: true)
        var octets = Array("HTTP/1.1 \(status) X\r\nContent-Length: \(body.count)\r\n\r\n".utf8)
        octets += body
        var outcome: CheckOutcome?
        for start in stride(from: 0, to: octets.count, by: step) {
            let found = reader.receive(ByteBuffer(bytes: octets[start..<min(start + step, octets.count)]))
            #expect(outcome == nil || found == nil)
            outcome = outcome ?? found
        }
        return (outcome, reader.isReusable)
    }

    @Test func `the report tells alive and load`() {
        for step in [1, 7, 1000] {
            let (outcome, isReusable) = read(Self.serving.octets, step: step)
            #expect(outcome == .passed(.report(Self.serving)) && isReusable == true)
            #expect(outcome?.report == Self.serving)
        }
    }

    @Test func `a proxy whose pools cannot serve is not alive, and its load is known`() {
        var report = Self.serving
        report.pools[0].activePriority = nil
        let (outcome, isReusable) = read(report.octets)
        #expect(outcome == .failed(.notServing(report)) && isReusable == true)
        #expect(outcome?.report == report)
    }

    @Test func `what is no report fails`() {
        #expect(read(Array("ok\n".utf8)).0 == .failed(.malformedReport(.notAReport)))
        #expect(read([]).0 == .failed(.malformedReport(.notAReport)))
        #expect(read(Self.serving.octets, status: 401).0 == .failed(.status(401)))
        let flood = [UInt8](repeating: 0, count: StateReport.Limits.octets + 2000)
        #expect(read(flood, step: 60_000).0 == .failed(.responseTooLong))
    }

    @Test func `the key is shown`() throws {
        let endpoint = Endpoint(try #require(IPAddress("127.0.0.1")), port: 80)
        let target = try HealthTarget(
            HealthTarget.ID(label: "r", endpoint: endpoint),
            check: try #require(CheckTarget(text: "tern:8053")),
            reportKey: "secret"
        )
        guard case .http(let request) = target.request else {
            Issue.record("not asked over HTTP")
            return
        }
        let text = String(buffer: request.octets)
        #expect(text.hasPrefix("GET /tern/state?form=binary HTTP/1.1\r\n"))
        #expect(text.contains("\r\nAuthorization: Bearer secret\r\n"))
        #expect(request.address.port == 8053 && request.readsReport)
    }

    @Test func `round trips are asked for from where they were read to`() throws {
        let endpoint = Endpoint(try #require(IPAddress("127.0.0.1")), port: 80)
        let target = try HealthTarget(
            HealthTarget.ID(label: "r", endpoint: endpoint),
            check: try #require(CheckTarget(text: "tern:8053")),
            asksRoundTrips: true
        )
        guard case .http(let request) = target.request else {
            Issue.record("not asked over HTTP")
            return
        }
        let first = String(buffer: request.octets(since: .start))
        #expect(first.hasPrefix("GET /tern/state?form=binary&since=0 HTTP/1.1\r\nHost: "))
        let next = String(buffer: request.octets(since: RoundTripCursor(epoch: 10, version: 3)))
        #expect(next.hasPrefix("GET /tern/state?form=binary&since=000000000000000a.3 HTTP/1.1\r\n"))
        #expect(next.hasSuffix("\r\n\r\n"))
    }

    @Test(arguments: ["tern", "tern:", "tern:0", "tern:80/path"])
    func `the port must be said`(text: String) {
        #expect(CheckTarget(text: text) == nil)
    }
}
