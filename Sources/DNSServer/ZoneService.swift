package import Addressing
package import Authority
package import DNSWire
package import Logging
package import NIOPosix
package import Steering
package import ZoneFile

/// Keeps what is served up to date: zone files, geography and health in, snapshots out.
///
/// A zone file that is changed is taken over when it is free of errors; otherwise the error is logged with its place
/// and what was served before stays. Queries never wait for any of this.
package actor ZoneService {
    /// Where the snapshots go.
    package nonisolated let publisher: SnapshotPublisher

    private nonisolated let loader: ZoneLoader
    private(set) var atlas: Atlas
    private nonisolated let access: Access
    private let settings: ResponderSettings
    let watch: RegionWatch
    nonisolated let logger: Logger
    private var following: [Task<Void, Never>] = []
    /// The newest reading of the zone files.
    private var reloading: Task<ReloadOutcome, Never>?
    /// Why the newest reading was not taken over.
    private(set) var reloadFailure: String?

    private(set) var records: ControlRecords
    private(set) var zones: ZoneData
    private(set) var map: SteeringMap
    private(set) var decisions: SteeringDecisions

    // MARK: Of Capacity/

    let pacing: CapacityPacing
    var capacity: CapacityController

    // MARK: Of Latency/

    nonisolated let latency: LatencyKeeper

    // MARK: Of Administration/

    let administration: Administration
    var orders: RegionOrders
    /// By region: when the answers that others have taken the place of have left the caches.
    var expiries: [DomainName: Timestamp] = [:]
    /// Waits for the next region to be drained.
    var waiting: Task<Void, Never>?

    // MARK: Of Agreement/

    let caution: Caution
    /// Asks the other name servers; `nil` where there are none.
    let peers: PeerWatch?
    /// A number that no other process has.
    nonisolated let instance = UInt64.random(in: .min ... .max)
    var standing: Standing

    /// Who may ask for what.
    package struct Access: Sendable {
        /// Who sees control records; by default this machine alone.
        package var control: [IPPrefix]
        /// Who may ask at all, for the zones that are not for everyone.
        package var zones: [DomainName: [IPPrefix]]

        package init(control: [IPPrefix] = IPPrefix.loopback, zones: [DomainName: [IPPrefix]] = [:]) {
            self.control = control
            self.zones = zones
        }
    }

    /// How long health changes are gathered before the answers are rendered anew.
    private static let gatherTime = Duration.milliseconds(5)
    /// The same for results that change nothing but how soon something could change, and so only TTLs.
    private static let outlookGatherTime = Duration.milliseconds(250)
    /// How long the start waits for the first round of checks.
    private static let firstRoundLimit = Duration.seconds(5)

    /// Loads the zones, waits for the first round of checks, and publishes the first snapshot.
    ///
    /// - Parameters:
    ///   - loader: reads the zone files; its findings are logged.
    ///   - atlas: where networks are.
    ///   - access: who may ask for what.
    ///   - settings: what the server says of itself and demands of clients.
    ///   - reportKey: what proxies want to see from who asks for their state.
    ///   - pacing: how regions are kept within their capacity.
    ///   - memory: what is believed of round trips, and how they are learned.
    ///   - administration: what operators ordered before.
    ///   - caution: how it guards against taking its own trouble for that of the regions.
    ///   - group: the event loops that run the checks.
    /// - Throws: ``ZoneServiceError``
    package init(
        loader: ZoneLoader,
        atlas: Atlas,
        access: Access = Access(),
        settings: ResponderSettings = ResponderSettings(),
        reportKey: String? = nil,
        pacing: CapacityPacing = CapacityPacing(),
        memory: LatencyMemory = LatencyMemory(),
        administration: Administration = Administration(),
        caution: Caution = Caution(),
        group: MultiThreadedEventLoopGroup,
        logger: Logger
    ) async throws(ZoneServiceError) {
        self.administration = administration
        let latency = LatencyKeeper(memory, now: administration.now, logger: logger)
        self.latency = latency
        self.caution = caution
        self.pacing = pacing
        capacity = CapacityController(settings: pacing.settings)
        self.loader = loader
        self.atlas = atlas
        self.access = access
        self.settings = settings
        self.logger = logger
        var update = loader.update()
        guard !update.hasErrors else { throw .findings(update.findings) }
        for finding in update.findings { logger.warning("\(finding.description)") }
        let prepared = try await Self.prepare(&update, over: nil, atlas: atlas, access: access, latency)
        loader.accept(update)
        let control = prepared.control
        records = control
        zones = prepared.zones
        map = prepared.map
        let (changes, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (outlooks, outlookSignal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        watch = RegionWatch(
            on: group,
            reportKey: reportKey,
            logger: logger,
            onChange: { signal.yield() },
            onOutlook: { outlookSignal.yield() },
            inbox: latency.inbox
        )
        do throws(RegionCheckError) {
            try watch.watch(control, asksRoundTrips: map.fleet.usesLatency)
        } catch {
            throw .check(error)
        }
        peers =
            caution.quorum.peers.isEmpty ? nil : PeerWatch(caution.quorum, logger: logger) { signal.yield() }
        await watch.firstRoundEnded(within: Self.firstRoundLimit)
        let now = administration.now()
        standing = Standing(caution, administration.orders.freeze, WallClock(now: now, instant: .now))
        orders = Self.followed(administration.orders, map.fleet, zones, [:], now)
        var health = watch.health(of: map.fleet, control)
        orders.apply(to: &health, map.fleet, at: now)
        decisions = SteeringDecisions(map: map, health: health, trials: memory.settings.trials(at: now))
        let steering = try Self.render(zones, decisions)
        publisher = SnapshotPublisher(
            Snapshot(
                zones: zones,
                steering: steering,
                controlAccess: access.control,
                settings: settings,
                generation: 1
            )
        )
        ProcessMemory.releaseUnused()
        let summary = zones.summary
        logger.info(
            "loaded",
            metadata: [
                "zones": "\(summary.zones)", "names": "\(summary.names)", "regions": "\(map.fleet.regions.count)",
                "octets": "\(summary.octets)",
                "classes": "\(map.table.classCount)",
            ]
        )
        following = [(changes, Self.gatherTime), (outlooks, Self.outlookGatherTime)].map { signals, time in
            Task { [weak self] in
                for await _ in signals {
                    try? await Task.sleep(for: time)
                    await self?.takeHealth()
                }
            }
        }
        following.append(
            Task { [weak self] in
                while !Task.isCancelled {
                    try? await Task.sleep(for: pacing.interval)
                    await self?.weigh()
                }
            }
        )
        following += [
            Task { [weak self] in
                while !Task.isCancelled {
                    try? await Task.sleep(for: memory.settings.interval)
                    await self?.learn()
                }
            },
            Task {
                while !Task.isCancelled {
                    try? await Task.sleep(for: memory.settings.saveInterval)
                    await latency.keepModel()
                }
            },
        ]
        following.append(
            Task { [weak self] in
                while !Task.isCancelled {
                    try? await Task.sleep(for: .seconds(1))
                    await self?.secondPassed()
                }
            }
        )
        takeHealth()
        if orders != administration.orders { keepOrders() }
        awaitNextChange()
    }

    /// Ends the checks, and keeps what was measured.
    package func stop() async {
        for task in following { task.cancel() }
        waiting?.cancel()
        peers?.stop()
        await watch.stop()
        await latency.keepModel()
    }

    /// Reads the zone files again, off this actor, so that health changes are taken over meanwhile; one reading after
    /// another.
    ///
    /// - Returns: whether the new ones are served.
    @discardableResult
    package func reload() async -> Bool {
        await reloadOutcome().isServed
    }

    /// As ``reload()``, with what was found.
    package func reloadOutcome() async -> ReloadOutcome {
        let before = reloading
        let task = Task.detached { [self] in
            _ = await before?.value
            return await readAndPublish()
        }
        reloading = task
        let outcome = await task.value
        reloadFailure = outcome.failure
        return outcome
    }

    nonisolated private func readAndPublish() async -> ReloadOutcome {
        var update = loader.update()
        for finding in update.findings {
            logger.log(level: finding.severity == .error ? .error : .warning, "\(finding.description)")
        }
        guard !update.hasErrors else {
            let failure = "the zones have errors"
            logger.error("not reloaded: \(failure); the ones loaded before stay in service")
            return ReloadOutcome(failure: failure, findings: update.findings)
        }
        do {
            let read = update.zones.count
            let prepared = try await Self.prepare(
                &update,
                over: await zones,
                atlas: await atlas,
                access: access,
                latency
            )
            try await take(prepared)
            loader.accept(update)
            let summary = prepared.zones.summary
            ProcessMemory.releaseUnused()
            logger.info(
                "reloaded",
                metadata: ["zones": "\(summary.zones)", "names": "\(summary.names)", "read": "\(read)"]
            )
            return ReloadOutcome(findings: update.findings, zones: summary.zones, names: summary.names)
        } catch {
            logger.error("not reloaded: \(error); the zones loaded before stay in service")
            return ReloadOutcome(failure: "\(error)", findings: update.findings)
        }
    }

    /// Serves what was prepared.
    private func take(_ prepared: Prepared) throws(ZoneServiceError) {
        do throws(RegionCheckError) {
            try watch.watch(prepared.control, asksRoundTrips: prepared.map.fleet.usesLatency)
        } catch {
            throw .check(error)
        }
        noteExpiries()
        followZoneDrains(prepared.map.fleet, prepared.zones)
        let decisions = SteeringDecisions(
            map: prepared.map,
            health: loaded(health(of: prepared.map.fleet, prepared.control), prepared.map),
            trials: trials
        )
        try publish(prepared.zones, decisions)
        (records, zones, map, self.decisions) = (prepared.control, prepared.zones, prepared.map, decisions)
        awaitNextChange()
    }

    /// Steers by another geographic database from now on.
    package func replaceAtlas(_ atlas: Atlas) async {
        self.atlas = atlas
        await latency.forgetPlaces()
        let view = await latency.view(of: map.fleet, atlas)
        let map = SteeringMap(fleet: map.fleet, atlas: atlas, latency: view)
        do throws(ZoneServiceError) {
            try take(map)
        } catch {
            logger.error("geographic database not taken over: \(error)")
        }
    }

    /// Steers by another map of the same regions from now on.
    func take(_ map: SteeringMap) throws(ZoneServiceError) {
        let decisions = SteeringDecisions(map: map, health: loaded(health(of: map.fleet, records), map), trials: trials)
        try publish(zones, decisions)
        (self.map, self.decisions) = (map, decisions)
    }

    /// Publishes the answers anew when health is not what they were rendered for.
    func takeHealth() {
        let now = loaded(health(of: map.fleet, records), map)
        guard now != decisions.health || trials != decisions.trials else { return }
        do throws(ZoneServiceError) {
            let updated = decisions.updated(for: now, trials: trials)
            try publish(zones, updated)
            decisions = updated
        } catch {
            logger.error("health not taken over: \(error)")
        }
    }

    /// What the checks, other name servers and the operator say now.
    func health(of fleet: Fleet, _ records: ControlRecords) -> FleetHealth {
        var health = judged(watch.health(of: fleet, records), fleet, records)
        orders.apply(to: &health, fleet, at: administration.now())
        return health
    }

    func publish(_ zones: ZoneData, _ decisions: SteeringDecisions) throws(ZoneServiceError) {
        let steering = try Self.render(zones, decisions)
        publisher.publish(
            Snapshot(
                zones: zones,
                steering: steering,
                controlAccess: access.control,
                settings: settings,
                generation: publisher.generation + 1
            )
        )
    }

    // MARK: - Compiling

    /// Zones read and compiled, not yet served.
    private struct Prepared: Sendable {
        var control: ControlRecords
        var zones: ZoneData
        var map: SteeringMap
    }

    /// Compiles what an update brought; its zones are left empty.
    private static func prepare(
        _ update: inout ZoneUpdate,
        over zones: ZoneData?,
        atlas: Atlas,
        access: Access,
        _ latency: LatencyKeeper
    ) async throws(ZoneServiceError) -> Prepared {
        let control = update.control
        let fleet = Fleet(control)
        var rules: [DomainName: Int] = [:]
        for rule in fleet.rules { rules[rule.name] = rule.index }
        do throws(ZoneCompileError) {
            let zones = try ZoneCompiler.compile(
                &update.zones,
                over: zones,
                without: update.removed,
                rules: rules,
                access: access.zones
            )
            let view = await latency.view(of: fleet, atlas)
            return Prepared(control: control, zones: zones, map: SteeringMap(fleet: fleet, atlas: atlas, latency: view))
        } catch {
            throw .compile(error)
        }
    }

    private static func render(
        _ zones: ZoneData,
        _ decisions: SteeringDecisions
    ) throws(ZoneServiceError) -> SteerData {
        do throws(ZoneCompileError) {
            return try SteerData(zones, decisions)
        } catch {
            throw .compile(error)
        }
    }
}

/// Why zones cannot be served.
package enum ZoneServiceError: Error, Sendable, CustomStringConvertible {
    /// The zone files have faults, errors among them.
    case findings([Finding])
    /// An answer cannot be rendered.
    case compile(ZoneCompileError)
    /// A region cannot be checked as it is written.
    case check(RegionCheckError)

    package var description: String {
        switch self {
        case .findings(let findings): findings.map(\.description).joined(separator: "\n")
        case .compile(let error): "\(error)"
        case .check(let error): "\(error)"
        }
    }
}
