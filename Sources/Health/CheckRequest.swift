import Addressing
import DNSWire
import NIOCore
import TLSTransport
import ZoneFile

/// What is done to ask a target, ready to be sent.
enum CheckRequest: Hashable, Sendable {
    /// Nothing: it is taken to be alive.
    case none
    /// A connection to this address.
    case connect(SocketAddress)
    /// A request over HTTP.
    case http(HTTPCheckRequest)
    /// A query to this address.
    case query(SocketAddress, DNSQuestion)
    /// A program.
    case program(ProgramCheckRequest)

    /// What a check is about, as far as more than one kind needs it.
    struct Subject {
        var endpoint: Endpoint
        var authority: String?
        var region: String
        var tls: TLSClientContext?
        /// The key that proxies want to see from who asks for their state.
        var reportKey: String?
        /// Whether proxies are asked for the round trips to their clients too.
        var asksRoundTrips = false

        /// The address to connect to.
        func address(port: UInt16?) throws(CheckConfigurationError) -> SocketAddress {
            let port = port ?? endpoint.port
            guard port > 0, let address = try? SocketAddress(ipAddress: "\(endpoint.address)", port: Int(port)) else {
                throw .invalidPort
            }
            return address
        }
    }

    init(_ check: CheckTarget, of subject: Subject, schedule: CheckSchedule) throws(CheckConfigurationError) {
        switch check {
        case .none: self = .none
        case .tcp(let port): self = .connect(try subject.address(port: port))
        case .http(let port, let path, let options):
            self = .http(
                try HTTPCheckRequest(subject, port: port, path: path, options, isSecure: false, schedule: schedule)
            )
        case .https(let port, let path, let options):
            self = .http(
                try HTTPCheckRequest(subject, port: port, path: path, options, isSecure: true, schedule: schedule)
            )
        case .tern(let port):
            self = .http(try HTTPCheckRequest(report: subject, port: port, schedule: schedule))
        case .dns(let port, let name, let type):
            self = .query(try subject.address(port: port), DNSQuestion(name: name, type: type))
        case .exec(let path, let arguments):
            let environment = [
                "TERN_ADDRESS=\(subject.endpoint.address)", "TERN_PORT=\(subject.endpoint.port)",
                "TERN_REGION=\(subject.region)",
            ]
            self = .program(
                ProgramCheckRequest(
                    path: path,
                    arguments: arguments,
                    environment: environment,
                    timeout: schedule.timeout
                )
            )
        }
    }

    /// One who makes such checks on the current event loop; `nil` for nothing.
    ///
    /// - Parameter budget: how many connections may be kept between checks.
    func checker(on eventLoop: any EventLoop, timeout: Duration, budget: ConnectionBudget) -> (any Checker)? {
        switch self {
        case .none: nil
        case .connect(let address): ConnectChecker(to: address, timeout: timeout, on: eventLoop)
        case .http(let request): HTTPChecker(request, timeout: timeout, budget: budget, on: eventLoop)
        case .query(let address, let question): DNSChecker(question, to: address, on: eventLoop)
        case .program(let request): ProgramChecker(request, on: eventLoop)
        }
    }
}
