package import Addressing

/// Where a process can be administered.
package enum AdminAddress: Hashable, Sendable {
    /// A socket in the file system, by its path; who may open the file may administer.
    case socket(String)
    /// An address and TCP port in host order; callers show a token.
    case endpoint(Endpoint)

    /// Reads `ADDRESS:PORT`, `[IPv6]:PORT`, or a path, which has a slash in it or `unix:` before it.
    ///
    /// - Returns: `nil` for anything else.
    package init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst("unix:".count))
            guard !path.isEmpty else { return nil }
            self = .socket(path)
        } else if text.contains("/") {
            self = .socket(text)
        } else if let endpoint = Endpoint(text) {
            self = .endpoint(endpoint)
        } else {
            return nil
        }
    }

    /// Whether callers must show a token.
    ///
    /// Also on loopback: every user of the machine, and every page in a browser on it, reaches those addresses.
    package var needsToken: Bool {
        switch self {
        case .socket: false
        case .endpoint: true
        }
    }
}

extension AdminAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .socket(let path): path
        case .endpoint(let endpoint): endpoint.description
        }
    }
}
