import Admin
import DNSServer
import Logging
import Steering

/// What is believed of round trips, kept in a file.
struct LatencyStore {
    /// What was believed before, and where it is kept.
    let memory: LatencyMemory
    private var remarks: [(level: Logger.Level, text: String)] = []

    /// A map of millions of networks has less.
    private static let largestSize = 512 * 1024 * 1024

    /// Reads the file.
    ///
    /// - Throws: ``Failure`` when a file that was named cannot be used.
    init(_ settings: Settings.Latency) throws {
        guard settings.file != "none", let path = settings.file ?? AdminPlaces.stateFolder.map({ $0 + "/latency.map" })
        else {
            memory = LatencyMemory(settings: settings.learning)
            return
        }
        do throws(StateFileError) {
            let file = try OctetFile.open(path, largestSize: Self.largestSize)
            let (model, remark) = Self.read(file, settings.learning.limits)
            memory = LatencyMemory(settings: settings.learning, model: model, save: { file.save($0) })
            if let remark { remarks = [remark] }
        } catch {
            guard settings.file == nil else { throw Failure(error) }
            memory = LatencyMemory(settings: settings.learning)
            remarks = [(.warning, "\(error): measured round trips end with this process")]
        }
    }

    private static func read(
        _ file: OctetFile,
        _ limits: LatencyModel.Limits
    ) -> (model: LatencyModel?, remark: (Logger.Level, String)?) {
        let loss = "round trips are learned anew"
        switch file.load() {
        case .nothing: return (nil, nil)
        case .unreadable: return (nil, (.error, "\(file.path) cannot be read: \(loss)"))
        case .tooLarge: return (nil, (.error, "\(file.putAside()): it is too large; \(loss)"))
        case .octets(let octets):
            do throws(LatencyMapError) {
                let model = try LatencyModel(octets: octets, limits: limits)
                return (model, (.info, "round trips of \(model.networkCount) networks read from \(file.path)"))
            } catch {
                return (nil, (.error, "\(file.putAside()): \(error); \(loss)"))
            }
        }
    }

    /// Logs what there is to say; after the start, so that a start that fails says one thing.
    func log(_ logger: Logger) {
        for remark in remarks { logger.log(level: remark.level, "\(remark.text)") }
    }
}
