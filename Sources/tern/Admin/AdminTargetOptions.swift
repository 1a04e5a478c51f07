import Admin
import ArgumentParser
import NIOPosix

/// `--admin` and `--admin-token` of the commands that ask or tell a running process.
struct AdminTargetOptions: ParsableArguments {
    @Option(
        name: .customLong("admin"),
        help: ArgumentHelp(
            "The name server to ask: the path of its socket, or ADDRESS:PORT. (default: the one on this machine)",
            valueName: "address"
        )
    )
    var address: String?

    @Option(
        name: .customLong("admin-token"),
        help: ArgumentHelp("File with the token to show to ADDRESS:PORT.", valueName: "file")
    )
    var tokenFile: String?

    /// Asks a name server.
    ///
    /// - Parameter timeout: for one exchange.
    /// - Throws: ``Failure`` when none, or more than one, can be meant, and for everything that `body` throws.
    func withClient<Value>(
        _ settings: Settings,
        timeout: Duration = .seconds(30),
        _ body: (AdminClient) async throws -> Value
    ) async throws -> Value {
        let group = MultiThreadedEventLoopGroup.singleton
        let admin = settings.serve.admin
        var token: AdminToken?
        do {
            token = try (tokenFile ?? admin.tokenFile).map { file throws(AdminTokenError) in try AdminToken(file: file)
            }
        } catch {
            throw Failure(error)
        }
        let address = try await self.address(admin, on: group)
        guard token != nil || !address.needsToken else {
            throw Failure("\(address) wants a token; name its file with --admin-token")
        }
        do {
            return try await body(AdminClient(address, token: token, timeout: timeout, on: group))
        } catch let error as AdminClientError {
            throw Failure(error)
        }
    }

    /// The address that was given, else that of the configuration, else the socket that answers.
    private func address(_ admin: Settings.Admin, on group: MultiThreadedEventLoopGroup) async throws -> AdminAddress {
        if let address { return try AdminAddress.parse(address) }
        if let address = admin.addresses.first { return address }
        var answering: [String] = []
        var faults: [String] = []
        for path in AdminPlaces.sockets(of: "serve") {
            do throws(AdminClientError) {
                try await AdminClient(.socket(path), on: group).probe()
                answering.append(path)
            } catch {
                faults.append("\(error)")
            }
        }
        if let path = answering.first, answering.count == 1 { return .socket(path) }
        guard answering.isEmpty else {
            let paths = answering.map { "\n  --admin \($0)" }.joined()
            throw Failure("several name servers run on this machine; say which is meant:\(paths)")
        }
        throw Failure(
            "no name server is to be found on this machine: start one with tern serve or tern up, or say where one is "
                + "with --admin" + faults.map { "\n  \($0)" }.joined()
        )
    }
}
