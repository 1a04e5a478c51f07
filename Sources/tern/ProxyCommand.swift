import Addressing
import Admin
import ArgumentParser
import DNSServer
import DNSWire
import Logging
import NIOCore
import NIOPosix
import Proxy
import Steering
import Telemetry
import ZoneFile

/// `tern proxy`: the proxies of one region, in the foreground.
struct ProxyCommand: AsyncParsableCommand, RunsUntilStopped {
    static let configuration = CommandConfiguration(
        commandName: "proxy",
        abstract: "Serve a region: listen on its addresses and balance over the servers of its pool.",
        discussion: """
            GET /lb-health answers 200 while the pools can serve and 503 when they cannot, which is what the region's \
            check in DNS asks. A changed zone file, and SIGHUP, reload without touching open connections. \
            SIGTERM and SIGINT stop it. With --hand-over a second process, perhaps of a newer version, takes the \
            listening sockets over: it waits for its first checks, then serves, and the first lets its connections \
            end and stops.
            """
    )

    @Option(name: .long, help: "The region, as its REGION record is named: us-east or us-east.example.com.")
    var region: String?

    @Option(
        name: .long,
        help: "Address to listen on; may repeat. (default: the region's addresses, at the port of its check)"
    )
    var listen: [String] = []

    @Option(name: .long, help: "Threads. (default: one per core)")
    var threads: Int?

    @Option(
        name: .customLong("hand-over"),
        help: "Unix domain socket by which a later process takes the listening sockets over from this one."
    )
    var handover: String?

    @Option(
        name: .customLong("pretend-round-trips"),
        help: ArgumentHelp(
            "File of lines NETWORK,REGION,MILLISECONDS that take the place of measured round trips, for trying out.",
            valueName: "file"
        )
    )
    var pretendedRoundTrips: String?

    @OptionGroup var admin: AdminListenOptions

    @OptionGroup var configurationFile: ConfigurationOptions

    @OptionGroup var supervision: SupervisionOptions

    @Argument(help: "Zone files named ORIGIN.zone, or folders of them.")
    var zones: [String] = []

    /// How long the start waits for the first checks of the servers.
    private static let firstChecksLimit = Duration.seconds(2)
    /// How long a process that has taken over waits for the admin addresses of the one before.
    private static let handoverPatience = Duration.seconds(5)

    func run() async throws {
        System.raiseDescriptorLimit()
        let logger = Log.make("proxy")
        let signals = await ProcessSignals.trap(supervision, logger)
        let settings = try configurationFile.load()
        guard let region = region ?? settings.proxy.region else {
            throw ValidationError("no region; say --region NAME")
        }
        let paths = zones.isEmpty ? settings.zones ?? [] : zones
        guard !paths.isEmpty else { throw ValidationError("no zone files; give them here or in tern.yaml") }
        let threads = threads ?? System.coreCount
        guard (1...256).contains(threads) else { throw ValidationError("--threads must be 1 to 256") }
        let given = listen.isEmpty ? settings.proxy.listen ?? [] : listen
        let endpoints = try Endpoint.parse(given, defaultPort: 80)
        let plan = try admin.plan(settings.proxy.admin, standard: nil)
        let loader = ZoneLoader(paths)
        let set = loader.load()
        guard !set.hasErrors else {
            throw Failure("the zones have errors:\n" + set.findings.map(\.description).joined(separator: "\n"))
        }
        let records = ControlRecords(zones: set.zones)
        let (entry, pools) = try RegionChoice(region, records).entry
        var roundTrips = RoundTripSettings()
        if let file = pretendedRoundTrips ?? settings.proxy.pretendedRoundTrips {
            let fleet = Fleet(records)
            roundTrips.pretended = try PretendedRoundTrips.read(file, of: fleet.region(called: region), in: fleet)
            logger.warning("round trips to \(roundTrips.pretended.count) networks are pretended, not measured")
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let handover = handover ?? settings.proxy.handover
        let proxy: RegionProxy
        do {
            let predecessor = try handover.flatMap { path in try HandoverClient(path: path) }
            proxy = try await RegionProxy.start(
                region: entry,
                pools: pools,
                listen: endpoints.isEmpty ? nil : endpoints,
                on: group,
                limits: settings.proxy.limits,
                trusted: settings.proxy.trusted,
                proxyHeaderPeers: settings.proxy.proxyHeaderPeers,
                roundTrips: roundTrips,
                predecessor: predecessor,
                logger: logger
            )
            if let handover { try await proxy.offerHandover(at: handover) }
        } catch {
            throw Failure(error)
        }
        // It takes requests already.
        signals.serve()
        if await !proxy.firstChecksEnded(within: Self.firstChecksLimit) {
            logger.warning("some servers have not answered their first check yet")
        }
        let routes = ProxyRoutes(proxy: proxy, region: entry.record.name.description, startedAt: .now).routes
        let patience = handover == nil ? nil : Self.handoverPatience
        let listeners = try await plan.listen(routes, on: group, logger: logger, waitingFor: patience)
        let addresses = proxy.endpoints.map(\.description).joined(separator: " ")
        logger.info("ready: region \(entry.record.name.readable) on \(addresses)")
        let source = Reloader.Source(loader, paths: paths) { Self.reload(proxy, loader, region, logger) }
        let reloader = Reloader([source], logger: logger, signals: signals)
        await Self.runUntilStopped(proxy, listeners, reloader, logger)
        logger.info("stopped")
        try? await group.shutdownGracefully()
    }

    /// Returns when the proxy has stopped: because it was asked to, or because another process has taken over.
    private static func runUntilStopped(
        _ proxy: RegionProxy,
        _ listeners: [AdminListener],
        _ reloader: Reloader,
        _ logger: Logger
    ) async {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await reloader.run()
                return false
            }
            group.addTask { await proxy.waitForHandover() }
            let isHandedOver = await group.next() == true
            for listener in listeners { await listener.stop() }
            guard isHandedOver else {
                group.cancelAll()
                return await proxy.stop()
            }
            logger.info("handed over: connections end")
            // The reloader goes on, so that a signal still makes an end.
            group.addTask {
                await proxy.stop()
                return true
            }
            if await group.next() == false {
                proxy.hurry()
                _ = await group.next()
            }
            group.cancelAll()
        }
    }

    /// Takes over the pools of changed zone files; on an error everything stays as it is.
    private static func reload(_ proxy: RegionProxy, _ loader: ZoneLoader, _ region: String, _ logger: Logger) {
        let set = loader.load()
        for finding in set.findings {
            logger.log(level: finding.severity == .error ? .error : .warning, "\(finding)")
        }
        guard !set.hasErrors else {
            logger.error("not reloaded: the zones have errors; the servers known before stay in service")
            return
        }
        do {
            try proxy.update(pools: RegionChoice(region, ControlRecords(zones: set.zones)).entry.pools)
            logger.info("reloaded")
        } catch let failure as Failure {
            logger.error("not reloaded: \(failure.message)")
        } catch {
            logger.error("not reloaded: \(error)")
        }
    }
}

/// The region that a name on the command line means.
struct RegionChoice {
    /// The region with its pools.
    let entry: (region: RegionEntry, pools: [PoolEntry])

    /// - Throws: ``Failure`` that lists the regions when none has the name.
    init(_ name: String, _ records: ControlRecords) throws {
        let fleet = Fleet(records)
        let region = try fleet.region(called: name)
        guard let entry = records.regions.first(where: { $0.record.name == region.name }) else {
            throw Failure("no region '\(name)'")
        }
        self.entry = (entry, records.pools.filter { $0.region == region.name })
    }
}
