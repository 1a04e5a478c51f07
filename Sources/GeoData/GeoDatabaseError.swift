/// Why a geographic database cannot be used.
package enum GeoDatabaseError: Error, Hashable, Sendable {
    /// The file is missing, not readable or not a file; the reason is the system's.
    case cannotOpen(path: String, reason: String)
    /// The file is no MaxMind database or a damaged one; the reason is often libmaxminddb's.
    case corrupt(path: String, reason: String)
    /// The database is sound but not about where networks are; `type` is what it calls itself.
    case noLocations(path: String, type: String)
}

extension GeoDatabaseError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .cannotOpen(let path, let reason): "\(path): cannot open: \(reason)"
        case .corrupt(let path, let reason): "\(path): not a sound MaxMind database: \(reason)"
        case .noLocations(let path, let type):
            "\(path): a database of type '\(type)' does not say where networks are; use a Country, City or ASN database"
        }
    }
}
