import DNSServer
import Steering
import Yams
import ZoneFile

extension Settings {
    /// `latency` of `serve`: how it is learned and kept what proxies measured.
    struct Latency {
        /// `trials`, `networks`, `interval`, `save-interval`.
        var learning = LatencySettings()
        /// `file`: where what was learned is kept, or `none`.
        var file: String?
    }
}

extension Settings.Latency {
    init(_ node: Node, _ reader: SettingsReader) throws {
        for (key, value) in try reader.mapping(node, keys: ["trials", "networks", "file", "interval", "save-interval"])
        {
            switch key {
            case "trials": learning.trialShare = try Self.share(value, reader)
            case "networks":
                learning.limits.networks = try reader.integer(value, key, in: 1000...10_000_000)
            case "file": file = try reader.string(value, key)
            default:
                let time = try reader.duration(value, key)
                guard time >= .seconds(1) else { throw reader.failure(value, "\(key) must be at least 1s") }
                if key == "interval" { learning.interval = time } else { learning.saveInterval = time }
            }
        }
    }

    /// `1%` or `0.5%`, up to 25 %; `0` is none.
    private static func share(_ node: Node, _ reader: SettingsReader) throws -> Double {
        let text = try reader.string(node, "trials")
        let number = text.hasSuffix("%") ? Double(text.dropLast()) : text == "0" ? 0 : nil
        guard let number, (0...25).contains(number) else {
            throw reader.failure(node, "trials must be a share from 0% to 25%, such as 1%")
        }
        return number / 100
    }
}
