package import DNSWire
import Glibc
package import HTTPWire
import NIOCore
import NIOPosix
package import TLSTransport
package import Telemetry

/// Why a check failed.
package enum CheckFailure: Error, Hashable, Sendable {
    /// Nobody listens there.
    case connectionRefused
    /// A system call failed with this `errno`.
    case system(errno: Int32)
    /// There was no complete answer within this time, counted from the start of the check.
    case timeout(Duration)
    /// There was no TLS, or none that is trusted.
    case tls(TLSError)
    /// The status code is none of those that pass.
    case status(Int)
    /// The text that was asked for is not in the first `ResponseReader.limit` octets of the body.
    case unexpectedBody
    /// The connection ended before the response head did.
    case closedEarly
    /// The answer is not HTTP.
    case malformedResponse(HTTPMessageError)
    /// More octets than `ResponseReader.limit` came without a final response head.
    case responseTooLong
    /// The proxy says that its pools cannot serve; its report.
    case notServing(StateReport)
    /// The answer is no report.
    case malformedReport(StateReport.WireError)
    /// The name server answered with this code.
    case rcode(RCode)
    /// The name server answered without a record.
    case noAnswer
    /// The program exited with this status, after writing this line first.
    case exitStatus(Int32, String)
    /// The program was ended by this signal.
    case signal(Int32)
    /// The program could not be started.
    case notStarted(errno: Int32)

    /// What an error of the transport means.
    init(_ error: any Error) {
        switch error {
        case ChannelError.connectTimeout(let time): self = .timeout(Duration(time))
        case let error as IOError where error.errnoCode == ECONNREFUSED: self = .connectionRefused
        case let error as IOError: self = .system(errno: error.errnoCode)
        case TLSError.truncated: self = .closedEarly
        case let error as TLSError: self = .tls(error)
        default: self = .closedEarly
        }
    }

    /// Whether the cause lies on this side, in a lack of descriptors, ports, memory or permission.
    var isLocal: Bool {
        switch self {
        case .system(let errno), .notStarted(let errno):
            [EMFILE, ENFILE, ENOMEM, ENOBUFS, EADDRNOTAVAIL, EAGAIN, EACCES, EPERM].contains(errno)
        default: false
        }
    }
}

extension CheckFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .connectionRefused: "connection refused"
        case .system(ETIMEDOUT): "connection timed out"
        case .system(ECONNRESET): "connection reset"
        case .system(EHOSTUNREACH): "no route to host"
        case .system(ENETUNREACH): "network unreachable"
        case .system(EMFILE), .system(ENFILE): "too many open files"
        case .system(EADDRNOTAVAIL): "no local address or port left"
        case .system(let errno): "system error \(errno)"
        case .timeout(let time): "timeout after \(time.inMilliseconds) ms"
        case .tls(let error): error.description
        case .status(let status): "status \(status)"
        case .unexpectedBody: "the body does not have the expected text"
        case .closedEarly: "connection closed before the response"
        case .malformedResponse(let error): "malformed response: \(error)"
        case .responseTooLong: "response head too long"
        case .notServing(let report):
            "no server of " + (report.pools.first { $0.activePriority == nil }?.name ?? "any pool") + " can serve"
        case .malformedReport(let error): "the answer is no report of a proxy: \(error)"
        case .rcode(let code): "DNS response \(Self.codeNames[code] ?? "with code \(code.rawValue)")"
        case .noAnswer: "DNS response without an answer"
        case .exitStatus(let status, let line): line.isEmpty ? "exit status \(status)" : line
        case .signal(let signal): "ended by signal \(signal)"
        case .notStarted(ENOENT): "no such program"
        case .notStarted(EACCES): "not an executable program"
        case .notStarted(let errno): "program not started: system error \(errno)"
        }
    }
}

extension CheckFailure {
    /// What the codes are called that servers give as answers.
    private static let codeNames: [RCode: String] = [
        .formErr: "FORMERR", .servFail: "SERVFAIL", .nxDomain: "NXDOMAIN", .notImp: "NOTIMP", .refused: "REFUSED",
        .notAuth: "NOTAUTH",
    ]
}

extension Duration {
    /// Whole milliseconds, rounded down.
    fileprivate var inMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
