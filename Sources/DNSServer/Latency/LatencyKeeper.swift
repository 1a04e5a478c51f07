import Addressing
import DNSWire
import Geography
import Logging
import Steering
import Telemetry
import ZoneFile

/// What a name server believes of round trips, and how it comes to.
///
/// Reports wait in an inbox; every few seconds they are taken up at once, and a new view is made. Nothing here is on the
/// way of a query.
actor LatencyKeeper {
    /// Filled by the checks.
    nonisolated let inbox = LatencyInbox()
    nonisolated let settings: LatencySettings
    private let now: @Sendable () -> Timestamp
    private let save: @Sendable ([UInt8]) -> String?
    private let logger: Logger

    private(set) var model: LatencyModel
    private(set) var screening = LatencyScreening()
    private var view = LatencyView.empty
    /// What the view was made of: regions and where areas are.
    private var fleet: Fleet?
    private var places = AreaPlaces([])
    private var placesOf = 0
    /// The newest time that a digest was taken up.
    private(set) var lastReport: Timestamp?
    private var isChanged = false
    private var lastRefit: Timestamp?

    /// How often the prior is fitted anew, in seconds.
    private static let refitInterval: Int64 = 60

    init(_ memory: LatencyMemory, now: @escaping @Sendable () -> Timestamp, logger: Logger) {
        settings = memory.settings
        model = memory.model ?? LatencyModel(limits: memory.settings.limits)
        save = memory.save
        self.now = now
        self.logger = logger
    }

    // MARK: - Views

    /// What is believed now, for the regions of a fleet that will be served.
    func view(of fleet: Fleet, _ atlas: Atlas) -> LatencyView {
        model.follow(fleet.regions)
        if placesOf != atlas.locations.count || self.fleet == nil {
            places = AreaPlaces(atlas.locations)
            placesOf = atlas.locations.count
        }
        let isSameFleet = self.fleet?.regions.map(\.name) == fleet.regions.map(\.name)
        let moment = now()
        view = model.view(
            of: fleet,
            replacing: isSameFleet ? view : .empty,
            at: moment.clock,
            places: places,
            trials: settings.trials(at: moment)
        ) { atlas.lookup($0).location }
        self.fleet = fleet
        return view
    }

    /// Geography is another: where areas are is to be worked out anew.
    func forgetPlaces() { placesOf = 0 }

    /// Takes up what has come, and makes a new view.
    ///
    /// - Returns: `nil` when nothing is to be steered otherwise.
    func step(_ fleet: Fleet, _ atlas: Atlas) -> LatencyView? {
        let before = (view, self.fleet?.regions.map(\.name))
        let (messages, lostCount) = inbox.take()
        if lostCount > 0 {
            logger.warning("\(lostCount) reports of round trips were lost: they came faster than they are taken up")
        }
        take(messages, fleet, atlas)
        guard !model.isEmpty else { return nil }
        let moment = now()
        if moment.seconds - (lastRefit?.seconds ?? 0) >= Self.refitInterval {
            model.refit(places: places)
            lastRefit = moment
        }
        let view = view(of: fleet, atlas)
        return before.1 == fleet.regions.map(\.name) && view.steersLike(before.0) ? nil : view
    }

    private func take(_ messages: [LatencyInbox.Message], _ fleet: Fleet, _ atlas: Atlas) {
        guard !messages.isEmpty else { return }
        model.follow(fleet.regions)
        let moment = now()
        let model = model
        let observations = screening.screen(messages) { prefix, region in
            model.expectation(of: prefix, at: atlas.lookup(prefix.address).location, by: region, now: moment.clock)
        }
        observe(observations, atlas, at: moment)
    }

    private func observe(_ observations: [LatencyScreening.Observation], _ atlas: Atlas, at moment: Timestamp) {
        var numbers: [DomainName: Int] = [:]
        for (number, region) in model.regions.enumerated() { numbers[region.name] = number }
        for observation in observations {
            guard let number = numbers[observation.region] else { continue }
            let isNew = model.observe(
                observation.digest,
                of: observation.prefix,
                at: atlas.lookup(observation.prefix.address).location,
                by: number,
                age: observation.age,
                now: moment.clock
            )
            guard isNew else { continue }
            isChanged = true
            lastReport = max(lastReport ?? moment, moment)
        }
    }

    // MARK: - From operators

    /// Takes up measurements of somebody's own.
    func take(measurements: [LatencyMeasurement], _ fleet: Fleet, _ atlas: Atlas) {
        model.follow(fleet.regions)
        observe(measurements.compactMap(\.observation), atlas, at: now())
    }

    /// What every region measured of every network.
    func measurements(_ fleet: Fleet, _ atlas: Atlas) -> [LatencyMeasurement] {
        model.measurements(at: now().clock) { atlas.lookup($0).location }
    }

    /// What is believed of a client.
    func beliefs(of client: IPAddress, _ fleet: Fleet, _ atlas: Atlas) -> [LatencyBelief] {
        model.beliefs(of: client, at: atlas.lookup(client).location, fleet, now: now().clock)
    }

    /// Numbers for `tern status`.
    func summary(_ fleet: Fleet) -> LatencySummary {
        let moment = now()
        let instant = ContinuousClock.now
        let proxies = screening.records.map { source, record in
            LatencySummary.Proxy(
                region: source.region.description,
                address: source.address.description,
                lastHeard: moment.adding(-record.lastHeard.duration(to: instant).components.seconds),
                networks: Int(record.known),
                accepted: record.accepted,
                refused: record.refused,
                refusal: record.refusal?.rawValue
            )
        }
        return LatencySummary(
            networks: model.networkCount,
            exceptions: view.exceptionCount,
            trialShare: settings.trialShare,
            lastReport: lastReport,
            proxies: proxies.sorted { ($0.region, $0.address) < ($1.region, $1.address) }
        )
    }

    /// Forgets the proxies that no check asks any more.
    func keep(_ isAsked: (LatencyScreening.Source) -> Bool) { screening.keep(isAsked) }

    // MARK: - Over restarts

    /// Keeps what is believed, if it has changed.
    func keepModel() {
        guard isChanged else { return }
        isChanged = false
        guard let failure = save(model.octets) else { return }
        logger.error("measured round trips are not kept across restarts: \(failure)")
    }
}

extension Timestamp {
    /// The moment on the clock of the latency model: seconds since 1970 that last until 2106.
    var clock: UInt32 { UInt32(clamping: seconds) }
}
