import DNSServer
import Steering
import Yams
import ZoneFile

extension CapacityPacing {
    /// Reads `capacity` of `serve`.
    init(_ node: Node, _ reader: SettingsReader) throws {
        self.init()
        var percentages: [String: Int] = [:]
        var lifetime: Duration?
        for (key, value) in try reader.mapping(node, keys: ["target", "limit", "interval", "answer-lifetime"]) {
            switch key {
            case "interval":
                interval = try reader.duration(value, key)
                guard interval >= .seconds(1) else { throw reader.failure(value, "interval must be at least 1s") }
            case "answer-lifetime": lifetime = try reader.duration(value, key)
            default: percentages[key] = try reader.integer(value, key, in: key == "target" ? 10...100 : 10...120)
            }
        }
        let target = percentages["target"] ?? 90
        let limit = percentages["limit"] ?? target + 5
        guard limit > target else { throw reader.failure(node, "limit must be more than target (\(target))") }
        settings = CapacitySettings(target: Double(target) / 100, limit: Double(limit) / 100)
        answerLifetime = lifetime ?? interval * 3
    }
}

extension Settings.Serve {
    /// The key in `report-key-file`.
    ///
    /// - Throws: ``Failure`` when there is none.
    var reportKey: String? {
        get throws {
            guard let reportKeyFile else { return nil }
            let octets: [UInt8]
            do throws(FileAccess.Failure) {
                octets = try FileAccess.read(reportKeyFile)
            } catch {
                throw Failure("\(reportKeyFile): the key cannot be read: \(error)")
            }
            let key = String(decoding: octets.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
            guard (16...1024).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw Failure("\(reportKeyFile): the first line must be a key of 16 to 1024 visible characters")
            }
            return key
        }
    }
}
