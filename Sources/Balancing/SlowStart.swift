/// How much of its share a server gets that has just come into service.
///
/// The share grows evenly from a tenth to the whole over the time given, as HAProxy's `slowstart` does: after t of T it
/// is max(1/10, t/T). A server that comes while no other of its tier serves starts with all of it: there is nobody to
/// take the rest.
struct SlowStart: Sendable {
    /// The whole share.
    static let full = 1024
    /// What a server gets at once.
    static let least = 102

    /// When the server came; `nil` when it has all of its share.
    private(set) var since: Moment?
    /// What it gets at present, 0...1024.
    private(set) var portion = full

    /// Whether it has less than its share.
    var isGrowing: Bool { since != nil }

    /// Starts anew.
    mutating func begin(at now: Moment) {
        since = now
        portion = Self.least
    }

    /// Goes over to the whole share.
    mutating func end() {
        since = nil
        portion = Self.full
    }

    /// Brings the portion up to date.
    mutating func advance(to now: Moment, over time: Int64) {
        guard let since else { return }
        let age = now.nanoseconds(since: since)
        guard age < time else { return end() }
        portion = max(Self.least, Int(Double(age) / Double(time) * Double(Self.full)))
    }
}
