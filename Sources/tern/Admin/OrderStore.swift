import Admin
import DNSServer
import DNSWire
import Logging

/// Orders kept in a file.
struct OrderStore {
    /// The orders that were in force before, and where those to come are kept.
    let administration: Administration
    private var remarks: [(level: Logger.Level, text: String)] = []

    /// Reads the orders.
    ///
    /// - Parameter path: the file; `none` for nothing, `nil` for the default place, which is done without where this
    ///   process cannot write there.
    /// - Throws: ``Failure`` when a file that was named cannot be used.
    init(_ path: String?) throws {
        guard path != "none" else {
            administration = Administration()
            return
        }
        guard let file = path ?? AdminPlaces.stateFolder.map({ $0 + "/states.json" }) else {
            administration = Administration()
            remarks = [(.warning, "no state file: orders such as tern drain end with this process (--state-file)")]
            return
        }
        do throws(StateFileError) {
            let file = try StateFile<RegionOrders>.open(file)
            let contents = file.load()
            let orders = contents.value ?? RegionOrders()
            administration = Administration(orders: orders, save: { file.save($0) })
            if let damage = contents.damage {
                let loss = "no region is drained or forced until it is ordered again"
                remarks = [(.critical, "ORDERS LOST: \(damage); \(loss)")]
            }
            for (region, order) in orders.orders.sorted(by: { $0.key < $1.key }) {
                let reason = order.reason.isEmpty ? "" : ": \(order.reason)"
                let text = "order in force: \(region.readable) \(order.kind), by \(order.by) at \(order.at)\(reason)"
                remarks.append((.notice, text))
            }
        } catch {
            guard path == nil else { throw Failure(error) }
            administration = Administration()
            remarks = [(.warning, "\(error): orders such as tern drain end with this process")]
        }
    }

    /// Logs what there is to say; after the start, so that a start that fails says one thing.
    func log(_ logger: Logger) {
        for remark in remarks { logger.log(level: remark.level, "\(remark.text)") }
    }
}
