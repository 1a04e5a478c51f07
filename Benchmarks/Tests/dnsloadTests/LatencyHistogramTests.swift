import Testing

@testable import dnsload

@Suite struct LatencyHistogramTests {
    @Test func bucketsFollowEachOtherWithoutGaps() {
        for bucket in 0..<2000 {
            let last = LatencyHistogram.upperBound(of: bucket)
            #expect(LatencyHistogram.bucket(of: last) == bucket)
            #expect(LatencyHistogram.bucket(of: last + 1) == bucket + 1)
        }
    }

    @Test func quantilesAreExactToASixtyFourth() {
        var histogram = LatencyHistogram()
        #expect(histogram.quantile(0.5) == 0)
        for value in 1...100_000 as ClosedRange<UInt64> { histogram.record(value * 10) }
        for share in [0.001, 0.5, 0.9, 0.99, 0.999] {
            let exact = share * 1_000_000
            let measured = Double(histogram.quantile(share))
            #expect(measured >= exact && measured <= exact * (1 + 1.0 / 64))
        }
        #expect(histogram.quantile(1) == 1_000_000)
    }

    @Test func anEndlessDurationIsCountedToo() {
        var histogram = LatencyHistogram()
        histogram.record(.max)
        #expect(histogram.total == 1)
        #expect(histogram.quantile(0.5) > 1 << 40)
    }
}
