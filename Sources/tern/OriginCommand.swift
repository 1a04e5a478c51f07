import Addressing
import ArgumentParser
import Logging
import NIOCore
import NIOPosix
import Proxy
import ZoneFile

/// `tern origin`: a sample server, which `tern up` runs behind each proxy.
struct OriginCommand: AsyncParsableCommand, RunsUntilStopped {
    static let configuration = CommandConfiguration(
        commandName: "origin",
        abstract: "Run a sample web server that says its name, the region, and what it was asked.",
        shouldDisplay: false
    )

    @Option(name: .long, help: "The server's name in its answers.")
    var name: String

    @Option(name: .long, help: "The region's name in its answers.")
    var region: String

    @Option(name: .long, help: "Address to listen on.")
    var listen: String

    @OptionGroup var supervision: SupervisionOptions

    func run() async throws {
        let logger = Log.make("origin")
        let signals = await ProcessSignals.trap(supervision, logger)
        guard let endpoint = Endpoint(listen) else { throw ValidationError("'\(listen)' is no address and port") }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server: OriginServer
        do {
            server = try await OriginServer.start(name: name, region: region, listen: endpoint, on: group)
        } catch {
            throw Failure(error)
        }
        signals.serve()
        logger.info("ready: \(name) on \(server.endpoint)")
        await signals.stop()
        await server.stop()
        try? await group.shutdownGracefully()
    }
}
