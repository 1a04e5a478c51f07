import Admin
import ArgumentParser
import Logging
import NIOPosix

/// `--admin` and `--admin-token`: where a process can be asked and told.
struct AdminListenOptions: ParsableArguments {
    @Option(
        name: .customLong("admin"),
        help: ArgumentHelp(
            "Where commands such as tern status reach it: a path, ADDRESS:PORT with --admin-token, or none; may repeat.",
            valueName: "address"
        )
    )
    var addresses: [String] = []

    @Option(
        name: .customLong("admin-token"),
        help: ArgumentHelp("File with the token that callers over TCP must show.", valueName: "file")
    )
    var tokenFile: String?

    /// What is to be listened on.
    struct Plan {
        var addresses: [AdminAddress] = []
        /// A socket that is wanted but not asked for: without it the process runs all the same.
        var standard: AdminAddress?
        var token: AdminToken?
    }

    /// Puts options and settings together.
    ///
    /// - Parameter standard: the socket where nothing is said; `nil` for none.
    /// - Throws: a usage error, or ``Failure`` when the token cannot be read.
    func plan(_ settings: Settings.Admin, standard: AdminAddress?) throws -> Plan {
        var plan = Plan()
        if let file = tokenFile ?? settings.tokenFile {
            do {
                plan.token = try AdminToken(file: file)
            } catch {
                throw Failure(error)
            }
        }
        guard addresses.isEmpty else {
            plan.addresses = try addresses.filter { $0 != "none" }.map(AdminAddress.parse)
            return plan
        }
        plan.addresses = settings.addresses
        if settings.socket == .standard { plan.standard = standard }
        return plan
    }
}

extension AdminListenOptions.Plan {
    /// Listens.
    ///
    /// - Parameter patience: how long to wait for addresses that another process is about to leave.
    /// - Throws: ``Failure`` when an address that was asked for cannot be had; one that was not is done without, which
    ///   is logged.
    func listen(
        _ routes: [AdminRoute],
        on group: MultiThreadedEventLoopGroup,
        logger: Logger,
        waitingFor patience: Duration? = nil
    ) async throws -> [AdminListener] {
        let deadline = ContinuousClock.now + (patience ?? .zero)
        var listeners: [AdminListener] = []
        while listeners.isEmpty {
            do throws(AdminListenerError) {
                listeners.append(
                    try await AdminListener.start(addresses, token: token, routes: routes, on: group, logger: logger)
                )
            } catch {
                guard case .inUse = error, ContinuousClock.now < deadline else { throw Failure(error) }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        if let standard {
            do {
                listeners.append(
                    try await AdminListener.start([standard], token: nil, routes: routes, on: group, logger: logger)
                )
            } catch {
                logger.warning("no admin socket: \(error); --admin names another, --admin none does without")
            }
        }
        return listeners
    }
}

extension AdminAddress {
    /// Reads the value of an option.
    ///
    /// - Throws: a usage error that names it.
    static func parse(_ text: String) throws -> AdminAddress {
        guard let address = AdminAddress(text) else {
            throw ValidationError(
                "'\(text)' is no admin address; write a path such as ./serve.sock, or 127.0.0.1:8053"
            )
        }
        return address
    }
}
