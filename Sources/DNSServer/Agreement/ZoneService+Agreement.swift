import DNSWire
import Health
import Logging
import Steering
import ZoneFile

extension ZoneService {
    /// How long a region is kept against own checks before that is worth a line in the log: until then others may just
    /// not have noticed yet.
    private static let noticeTime = Duration.seconds(5)
    /// How often the log says that states are frozen.
    private static let reminderTime = Duration.seconds(60)

    /// What is known of where this name server stands, kept from one look at the regions to the next.
    struct Standing {
        var partition: PartitionGuard
        var agreement: PeerAgreement
        /// What is kept for want of other name servers.
        var alone: Freeze?
        /// Against own checks, since when, and whether the log has it.
        var kept: [DomainName: (since: ContinuousClock.Instant, isLogged: Bool)] = [:]
        var remindedAt: ContinuousClock.Instant?
        /// Whether shares of other name servers were looked for.
        var hasAdopted = false

        init(_ caution: Caution, _ kept: KeptFreeze?, _ clock: WallClock) {
            let freeze = kept?.restored(clock)
            partition = PartitionGuard(caution.partition, restoring: freeze)
            agreement = PeerAgreement(need: caution.quorum.need, hold: caution.partition.hold, restoring: freeze)
            alone = freeze.flatMap { $0.cause == .alone ? $0 : nil }
        }

        /// The states that are frozen.
        var freeze: Freeze? { partition.freeze ?? alone }
    }

    /// The states of the regions as own checks have them, put right by what other name servers see and by what can
    /// be believed.
    func judged(_ checked: FleetHealth, _ fleet: Fleet, _ records: ControlRecords) -> FleetHealth {
        let now = ContinuousClock.now
        let own = checked.sight(of: fleet)
        let others = sights(of: fleet)
        var keeping: [DomainName: Keeping] = [:]
        var decidesAlone = true
        if !others.isEmpty {
            let outcome = standing.agreement.decide(own: own, others: others, at: now)
            keeping = outcome.kept
            decidesAlone = outcome.isOnItsOwn
            noteAlone(standing.agreement.freeze(outcome), fleet)
        }
        let events = decidesAlone ? standing.partition.observe(own, at: now) : standing.partition.standAside(at: now)
        for region in standing.partition.freeze?.held ?? [] { keeping[region] = .partitionSuspected }
        for event in events { note(event, fleet) }
        noteKept(keeping, fleet, at: now)
        peers?.hurry(!keeping.isEmpty && !others.isEmpty)
        keepFreeze(at: now)
        var judged = checked
        for (name, reason) in keeping {
            guard let region = fleet.region(named: name) else { continue }
            judged.keep(region, because: reason, positions: positionsBefore(region, records))
        }
        return judged
    }

    /// Looks at the regions again while the time alone may change something.
    func secondPassed() {
        guard standing.freeze != nil || peers != nil else { return }
        takeHealth()
    }

    /// Takes the checks' word at once for what is frozen.
    ///
    /// - Returns: what was frozen.
    /// - Throws: ``AdministrationError/notFrozen``
    package func unfreeze(by: String, reason: String) throws(AdministrationError) -> AgreementReport.Freeze {
        guard let freeze = standing.freeze, let report = agreementReport.freeze else { throw .notFrozen }
        _ = standing.partition.unfreeze(at: .now)
        standing.agreement.standAlone()
        logger.error(
            "unfrozen: the checks decide",
            metadata: ["by": "\(by)", "reason": "\(reason)", "regions": "\(labels(freeze.held, map.fleet))"]
        )
        takeHealth()
        return report
    }

    // MARK: - Other name servers

    /// The others whose word counts, each once and none of them this one; those that do not answer are among them.
    private var counted: [PeerWatch.Standing] {
        var instances: Set<UInt64> = [instance]
        return (peers?.standings ?? []).filter { peer in
            peer.view.map { instances.insert($0.instance).inserted } ?? true
        }
    }

    private func sights(of fleet: Fleet) -> [[DomainName: Bool]?] { counted.map { $0.view?.sight(of: fleet) } }

    /// What this one tells others.
    package var view: PeerView {
        PeerView(
            instance: instance,
            map.fleet,
            watch.health(of: map.fleet, records),
            shed: decisions.health.shed
        )
    }

    /// The shares that other name servers have their regions send on.
    func sharesOfOthers(_ fleet: Fleet) -> [[Double]] { counted.compactMap { $0.view?.shares(of: fleet) } }

    // MARK: - Reports

    /// Freeze and peers, for those who look.
    package var agreementReport: AgreementReport {
        let clock = WallClock(now: administration.now(), instant: .now)
        let others = counted
        let standings = peers?.standings ?? []
        return AgreementReport(
            freeze: standing.freeze.map { freeze in
                AgreementReport.Freeze(
                    cause: freeze.cause.rawValue,
                    reason: Self.reason(freeze),
                    since: clock.wall(freeze.since),
                    until: clock.wall(freeze.until),
                    regions: labels(freeze.held, map.fleet)
                )
            },
            peers: standings.map { peer in
                let isOther = others.contains { $0.address == peer.address }
                return AgreementReport.Peer(
                    address: peer.address,
                    counts: isOther && peer.view != nil,
                    lastAnswer: peer.answeredAt.map(clock.wall),
                    fault: isOther
                        ? peer.fault ?? (peer.wasAsked ? nil : "not asked yet")
                        : peer.view?.instance == instance ? "it is this name server" : "it is listed twice"
                )
            },
            needed: others.isEmpty ? 1 : standing.agreement.count(of: others.count + 1)
        )
    }

    private static func reason(_ freeze: Freeze) -> String {
        switch freeze.cause {
        case .alone: "too few other name servers can be asked, so this one may be cut off"
        case .partition:
            (freeze.total > 0 ? "\(freeze.held.count) of \(freeze.total) healthy regions" : "most regions")
                + " failed at once, so this name server may be cut off"
        }
    }

    private func labels(_ names: Set<DomainName>, _ fleet: Fleet) -> [String] {
        names.map { fleet.region(named: $0)?.label ?? $0.readable }.sorted()
    }

    // MARK: - Parts

    /// The addresses of a region that were up shortly before it failed, by position.
    private func positionsBefore(_ region: Region, _ records: ControlRecords) -> [Int] {
        guard let entry = records.regions.first(where: { $0.record.name == region.name }) else { return [] }
        let states = region.addresses.map { watch.state(of: entry.record, $0) }
        let last = states.compactMap { $0?.status == .unhealthy ? $0?.since : nil }.max()
        return states.indices.filter { position in
            guard let state = states[position], let last else { return false }
            return state.status == .healthy || last - state.since <= caution.partition.window
        }
    }

    /// Keeps what is frozen, and that it no longer is, across restarts.
    private func keepFreeze(at now: ContinuousClock.Instant) {
        let freeze = standing.freeze
        // Compared by what does not depend on when it is looked at.
        guard
            freeze.map({ Set($0.held.map(\.description)) }) != orders.freeze.map({ Set($0.held) })
                || freeze?.cause != orders.freeze?.cause
        else { return }
        orders.freeze = freeze.map { KeptFreeze($0, WallClock(now: administration.now(), instant: now)) }
        keepOrders()
    }

    private func note(_ event: PartitionGuard.Event, _ fleet: Fleet) {
        switch event {
        case .began(let freeze): noteFreeze(freeze, fleet)
        case .held(let names): logger.error("frozen: further regions kept: \(list(names, fleet))")
        case .returned(let names): logger.notice("frozen: healthy again: \(list(names, fleet))")
        case .ended(let freeze, let ending):
            let rest = labels(freeze.held, fleet).joined(separator: " ")
            let why =
                switch ending {
                case .healed: "all regions are healthy again"
                case .dispersed: "most regions are healthy again, or others decide"
                case .expired: "the time is over"
                case .ordered: "it was ordered"
                }
            logger.error("no longer frozen: \(why)\(rest.isEmpty ? "" : "; the checks decide of \(rest)")")
        }
    }

    private func noteAlone(_ freeze: Freeze?, _ fleet: Fleet) {
        let before = standing.alone
        standing.alone = freeze
        if before == nil, let freeze { noteFreeze(freeze, fleet) }
        if before != nil, freeze == nil {
            logger.error(
                standing.agreement.shortSince == nil
                    ? "no longer frozen: enough name servers answer" : "no longer frozen: the checks decide"
            )
        }
    }

    private func noteFreeze(_ freeze: Freeze, _ fleet: Fleet) {
        standing.remindedAt = .now
        let clock = WallClock(now: administration.now(), instant: .now)
        logger.error(
            """
            STATES FROZEN until \(clock.wall(freeze.until)) at the latest: \(Self.reason(freeze)); they stay in the \
            answers: \(labels(freeze.held, fleet).joined(separator: " ")) (tern unfreeze takes the checks' word)
            """
        )
    }

    /// Says now and then that states are frozen, and once of each region that it is kept though others answer.
    private func noteKept(_ keeping: [DomainName: Keeping], _ fleet: Fleet, at now: ContinuousClock.Instant) {
        if let freeze = standing.freeze, let last = standing.remindedAt, now - last >= Self.reminderTime {
            noteFreeze(freeze, fleet)
        }
        for (name, entry) in standing.kept where keeping[name] == nil {
            standing.kept[name] = nil
            if entry.isLogged { logger.notice("no longer kept against the checks: \(list([name], fleet))") }
        }
        for (name, reason) in keeping {
            let entry = standing.kept[name] ?? (now, false)
            var isLogged = entry.isLogged
            if !isLogged, case .disagreement = reason, now - entry.since >= Self.noticeTime {
                logger.warning("kept in the answers against the checks: \(list([name], fleet)): \(reason.text)")
                isLogged = true
            }
            standing.kept[name] = (entry.since, isLogged)
        }
    }

    private func list(_ names: [DomainName], _ fleet: Fleet) -> String {
        labels(Set(names), fleet).joined(separator: " ")
    }
}
