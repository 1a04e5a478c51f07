import Addressing
import DNSServer
import Testing

@Suite struct RateLimiterTests {
    private static let second: UInt64 = 1_000_000_000

    private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    @Test func aNetworkIsSentItsRateAndNoMore() throws {
        var limiter = RateLimiter(.init(rate: 100, slip: 0), threads: 1, seed: 1)
        var sent = 0
        // Ten seconds of ten times the rate, from all hosts of one /24.
        for step in 0..<10_000 {
            let client = IPAddress(v4: 0xC633_6400 | UInt32(step % 256))
            if limiter.charge(client, at: 5 * Self.second + UInt64(step) * Self.second / 1000) == .send { sent += 1 }
        }
        #expect((1000...1101).contains(sent))
    }

    @Test func otherNetworksAreNotTouched() throws {
        var limiter = RateLimiter(.init(rate: 10, slip: 0), threads: 1, seed: 1)
        let flooding = try address("198.51.100.1")
        for _ in 0..<1000 { _ = limiter.charge(flooding, at: Self.second) }
        let clients = try [flooding, address("203.0.113.1"), address("2001:db8::1")]
        var decisions: [RateLimiter.Decision] = []
        for client in clients { decisions.append(limiter.charge(client, at: Self.second)) }
        #expect(decisions == [.drop, .send, .send])
    }

    @Test func aWideFloodIsLimitedByItsWideNetwork() {
        var limiter = RateLimiter(.init(rate: 10, slip: 0), threads: 1, seed: 1)
        // Each /24 of a /16 asks a little: 256 networks, 10 responses each.
        var sent = 0
        for step in 0..<2560 {
            let client = IPAddress(v4: 0x0A00_0000 | UInt32(step % 256) << 8)
            if limiter.charge(client, at: Self.second) == .send { sent += 1 }
        }
        #expect((160...162).contains(sent))
    }

    @Test func everySecondResponseOverTheLimitSlips() throws {
        var limiter = RateLimiter(.init(rate: 1, slip: 2), threads: 1, seed: 1)
        let client = try address("198.51.100.1")
        while limiter.charge(client, at: 0) == .send {}
        var decisions: [RateLimiter.Decision] = []
        for _ in 0..<6 { decisions.append(limiter.charge(client, at: 0)) }
        #expect(decisions.count { $0 == .truncate } == 3)
        #expect(decisions.count { $0 == .drop } == 3)
    }

    @Test func exemptNetworksAreNotCounted() throws {
        let limits = RateLimiter.Limits(rate: 1, slip: 0, exempt: IPPrefix.loopback)
        var limiter = RateLimiter(limits, threads: 1, seed: 1)
        let client = try address("127.0.0.1")
        var decisions: [RateLimiter.Decision] = []
        for _ in 0..<1000 { decisions.append(limiter.charge(client, at: 0)) }
        #expect(decisions.allSatisfy { $0 == .send })
    }

    @Test func manyNetworksDoNotGrowItsMemoryAndAFloodStaysLimited() throws {
        var limiter = RateLimiter(.init(rate: 10, slip: 0), threads: 1, seed: 1)
        let flooding = try address("198.51.100.1")
        var sent = 0
        for step in 0..<200_000 {
            if limiter.charge(flooding, at: 0) == .send { sent += 1 }
            _ = limiter.charge(IPAddress(v4: UInt32(step) &* 2_654_435_761), at: 0)
        }
        #expect(sent < 100)
    }
}
