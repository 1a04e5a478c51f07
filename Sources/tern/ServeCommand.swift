import Addressing
import Admin
import ArgumentParser
import Authority
import DNSServer
import Logging
import NIOCore
import NIOPosix
import Steering
import UnixSignals
import ZoneFile

/// `tern serve`: the name server, in the foreground.
struct ServeCommand: AsyncParsableCommand, RunsUntilStopped {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answer DNS queries from zone files, over UDP and TCP.",
        discussion: """
            A changed zone file, and SIGHUP, reload; a file with errors is reported and what was served before stays.
            SIGTERM and SIGINT stop it. Commands such as tern status and tern drain reach it at a socket.
            """
    )

    @Option(
        name: .long,
        help: "Address to listen on, ADDRESS[:PORT] or [IPv6][:PORT]; may repeat. (default: [::]:53 and 0.0.0.0:53)"
    )
    var listen: [String] = []

    @Option(name: .long, help: "Threads for each address. (default: one per core)")
    var workers: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where orders such as tern drain are kept across restarts, or none. (default: /var/lib/tern/states.json)",
            valueName: "file"
        )
    )
    var stateFile: String?

    @OptionGroup var geography: GeographyOptions

    @OptionGroup var admin: AdminListenOptions

    @OptionGroup var configurationFile: ConfigurationOptions

    @OptionGroup var supervision: SupervisionOptions

    @Argument(help: "Zone files named ORIGIN.zone, or folders of them.")
    var zones: [String] = []

    func run() async throws {
        ProcessMemory.prepare()
        System.raiseDescriptorLimit()
        let logger = Log.make("serve")
        let signals = await ProcessSignals.trap(supervision, logger)
        let settings = try configurationFile.load()
        let endpoints = try Endpoint.parse(
            listen.isEmpty ? settings.serve.listen ?? ["0.0.0.0:53", "[::]:53"] : listen,
            defaultPort: 53
        )
        let paths = zones.isEmpty ? settings.zones ?? [] : zones
        guard !paths.isEmpty else { throw ValidationError("no zone files; give them here or in tern.yaml") }
        let workers = workers ?? settings.serve.workers ?? System.coreCount
        guard (1...256).contains(workers) else { throw ValidationError("--workers must be 1 to 256") }
        let plan = try admin.plan(settings.serve.admin, standard: AdminPlaces.socket("serve"))
        let store = try OrderStore(stateFile ?? settings.serve.stateFile)
        let latency = try LatencyStore(settings.serve.latency)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
        let caution = Caution(
            partition: settings.serve.partition,
            quorum: try settings.serve.quorum?.quorum(on: group) ?? Quorum()
        )
        let loader = ZoneLoader(paths)
        let atlas = try geography.atlas(settings, logger: logger)
        let service: ZoneService
        let server: NameServer
        do {
            service = try await ZoneService(
                loader: loader,
                atlas: atlas,
                access: ZoneService.Access(
                    control: settings.serve.controlAccess ?? IPPrefix.loopback,
                    zones: settings.serve.zoneAccess
                ),
                settings: settings.serve.responder,
                reportKey: try settings.serve.reportKey,
                pacing: settings.serve.pacing,
                memory: latency.memory,
                administration: store.administration,
                caution: caution,
                group: group,
                logger: logger
            )
            server = try await NameServer.start(
                endpoints,
                workers: workers,
                publisher: service.publisher,
                limits: settings.serve.tcpLimits,
                rateLimits: settings.serve.rateLimits,
                isPinned: settings.serve.pinsWorkers,
                group: group
            )
        } catch {
            throw Failure(error)
        }
        signals.serve()
        store.log(logger)
        latency.log(logger)
        let routes = ServeRoutes(service: service, server: server, startedAt: .now).routes
        let listeners = try await plan.listen(routes, on: group, logger: logger)
        let places = listeners.flatMap(\.addresses).map(\.description)
        if !places.isEmpty { logger.info("administered at \(places.joined(separator: " "))") }
        logger.info("ready: answering on \(server.endpoints.map(\.description).joined(separator: " "))")
        let sources = [
            Reloader.Source(loader, paths: paths) { await service.reload() },
            geography.source(settings, logger: logger) { await service.replaceAtlas($0) },
        ]
        await Reloader(sources.compactMap(\.self), logger: logger, signals: signals).run()
        for listener in listeners { await listener.stop() }
        await server.stop()
        await service.stop()
        let counts = server.counts
        logger.info("stopped", metadata: ["received": "\(counts.received)", "sent": "\(counts.sent)"])
        try? await group.shutdownGracefully()
    }
}
