package import Addressing
import Glibc

/// Why an address cannot be listened on.
package struct ListenError: Error, Hashable, Sendable {
    /// The address and port asked for.
    package var endpoint: Endpoint
    /// `UDP` or `TCP`.
    package var transport: String
    /// The system's error number.
    package var code: CInt

    package init(endpoint: Endpoint, transport: String, code: CInt) {
        self.endpoint = endpoint
        self.transport = transport
        self.code = code
    }
}

extension ListenError: CustomStringConvertible {
    /// What, where, and what to do.
    package var description: String {
        let advice =
            switch code {
            case EADDRINUSE: "the port is in use; stop the other server (ss -lnp shows it) or choose another (--listen)"
            case EACCES: "no permission; ports below 1024 need root or CAP_NET_BIND_SERVICE"
            case EADDRNOTAVAIL: "this machine does not have the address"
            default: unsafe String(cString: strerror(code))
            }
        return "cannot listen on \(endpoint) (\(transport)): \(advice)"
    }
}
