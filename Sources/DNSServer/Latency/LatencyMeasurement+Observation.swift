import Steering
import Telemetry

extension LatencyMeasurement {
    /// The measurement as a proxy would have reported it; `nil` for numbers that none reports.
    var observation: LatencyScreening.Observation? {
        let microseconds = milliseconds * 1000
        guard
            let digest = RoundTripDigest(
                count: samples,
                minimum: UInt32(clamping: Int(microseconds.rounded())),
                centre: microseconds,
                deviation: deviation * 1000,
                recent: microseconds,
                lastSeen: 0
            )
        else { return nil }
        return LatencyScreening.Observation(region: region, prefix: prefix, digest: digest, age: age)
    }
}
