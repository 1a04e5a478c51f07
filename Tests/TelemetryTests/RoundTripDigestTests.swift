import Addressing
import Telemetry
import Testing

/// A digest stands for its samples whatever stray ones there are, and follows them when they change for good.
struct RoundTripDigestTests {
    private func digest(_ samples: [UInt32]) -> RoundTripDigest {
        var digest = RoundTripDigest(samples[0], at: 100)
        for (offset, sample) in samples.dropFirst().enumerated() { digest.add(sample, at: 101 + UInt32(offset)) }
        return digest
    }

    @Test func firstSamplesCountAlike() {
        let digest = digest([40_000, 41_000, 39_000, 40_000])
        #expect(digest.count == 4)
        #expect(digest.minimum == 39_000)
        #expect(abs(digest.centre - 40_000) < 1)
        #expect(digest.lastSeen == 103)
    }

    @Test func strayClientMovesCentreLittle() {
        var digest = digest(Array(repeating: 30_000, count: 60))
        digest.add(900_000, at: 200)
        #expect(digest.centre < 31_000)
        #expect(digest.minimum == 30_000)
    }

    @Test func lastingChangeComesThroughWithinFifteenSamples() {
        var digest = digest(Array(repeating: 30_000, count: 60))
        for time in 0..<15 { digest.add(130_000, at: 200 + UInt32(time)) }
        #expect(digest.centre > 80_000)
        #expect(digest.recent > 129_000)
    }

    @Test(arguments: [0, 1, .max] as [UInt32])
    func extremesAreClamped(sample: UInt32) {
        var digest = RoundTripDigest(sample, at: .max)
        for _ in 0..<100 { digest.add(sample, at: 0) }
        #expect(digest.centre >= 1 && digest.centre <= Float(RoundTripDigest.longest))
        #expect(digest.deviation.isFinite && digest.deviation >= 0)
        #expect(digest.lastSeen == .max)
    }

    @Test func partsThatNoSamplesGiveAreRefused() {
        func make(
            count: UInt32 = 3,
            minimum: UInt32 = 10,
            centre: Float = 12,
            deviation: Float = 1,
            recent: Float = 12
        ) -> RoundTripDigest? {
            RoundTripDigest(
                count: count,
                minimum: minimum,
                centre: centre,
                deviation: deviation,
                recent: recent,
                lastSeen: 7
            )
        }
        #expect(make() != nil)
        #expect(make(count: 0) == nil)
        #expect(make(minimum: 0) == nil)
        #expect(make(minimum: RoundTripDigest.longest + 1) == nil)
        for value: Float in [.nan, .infinity, -1, 0, 2e7] {
            #expect(make(centre: value) == nil)
            #expect(make(recent: value) == nil)
        }
        for value: Float in [.nan, .infinity, -1] { #expect(make(deviation: value) == nil) }
    }
}
