package import DNSWire

/// A time in which regions are answered as before although this name server's checks of them fail.
package struct Freeze: Hashable, Sendable {
    /// What it comes from.
    package enum Cause: String, Hashable, Sendable, Codable {
        /// Most regions failed at once.
        case partition
        /// Too few other name servers can be asked.
        case alone
    }

    package var cause: Cause
    /// When the first of the failures was seen that count, or the others were lost.
    package var since: ContinuousClock.Instant
    /// When it ends at the latest; then what the checks say holds.
    package var until: ContinuousClock.Instant
    /// The regions that are kept in the answers by it.
    package var held: Set<DomainName>
    /// How many regions were healthy when it began, those that failed among them; 0 where that does not matter.
    package var total: Int

    package init(
        _ cause: Cause,
        since: ContinuousClock.Instant,
        until: ContinuousClock.Instant,
        held: Set<DomainName>,
        total: Int = 0
    ) {
        self.cause = cause
        self.since = since
        self.until = until
        self.held = held
        self.total = total
    }

    /// How a freeze ends.
    package enum Ending: Hashable, Sendable {
        /// All regions are back.
        case healed
        /// Some are not, but no longer so many that they speak against this name server.
        case dispersed
        /// The time is over.
        case expired
        /// Somebody ordered it.
        case ordered
    }
}
