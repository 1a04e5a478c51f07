package import Addressing
package import DNSWire
import Glibc
package import Health
import NIOCore

/// Why a proxy cannot start or take up new pools.
package enum RegionProxyError: Error, Sendable {
    /// The region has no address, and none was given to listen at.
    case noAddress(region: DomainName)
    /// The endpoint cannot be listened at, for this reason.
    case cannotListen(Endpoint, cause: String)
    /// The socket by which listeners are handed over cannot be used, for this reason.
    case cannotHandOver(path: String, cause: String)
    /// The system has no threads or descriptors for it, for this reason.
    case cannotRun(cause: String)
    /// The servers of this pool cannot be checked as its record says.
    case cannotCheck(pool: DomainName, CheckConfigurationError)
}

extension RegionProxyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noAddress(let region): "region \(region.readable) has no A or AAAA record to listen at; give --listen"
        case .cannotListen(let endpoint, let cause): "cannot listen at \(endpoint): \(cause)"
        case .cannotHandOver(let path, let cause): "cannot hand over by \(path): \(cause)"
        case .cannotRun(let cause): "cannot run: \(cause)"
        case .cannotCheck(let pool, let error): "pool \(pool.readable): \(error)"
        }
    }
}

extension RegionProxyError {
    /// What `error`, which came of listening at `endpoint`, means; in the words of the system's manual.
    init(listeningAt endpoint: Endpoint, _ error: any Error) {
        guard let error = error as? IOError, let text = unsafe strerror(error.errnoCode) else {
            self = .cannotListen(endpoint, cause: "\(error)")
            return
        }
        self = .cannotListen(endpoint, cause: unsafe String(cString: text))
    }
}
