/// The clients that try a region at present, so that it is learned how far it is: some of the buckets that clients are
/// hashed to.
///
/// The window moves on with every period, and comes to every bucket once before it comes to one again. So each client
/// tries something in that share of its time and no more, the clients of a unit network together.
package struct TrialWindow: Hashable, BitwiseCopyable, Sendable {
    /// The first bucket.
    let start: Int
    /// How many buckets; 0 when nothing is tried.
    let count: Int

    /// Nobody tries anything.
    package static let none = TrialWindow(period: 0, share: 0)

    /// The window of a period.
    ///
    /// - Parameters:
    ///   - period: counts the periods; any number.
    ///   - share: the share of the clients, 0...0.25; more is taken as that.
    package init(period: Int, share: Double) {
        let share = share.isNaN ? 0 : min(max(share, 0), 0.25)
        count = Int((share * Double(Rendezvous.bucketCount)).rounded(.up))
        let turns = count == 0 ? 1 : Rendezvous.bucketCount / count
        let turn = ((period % turns) + turns) % turns
        start = turn * count
    }

    /// Whether the clients of a bucket try something.
    func contains(_ bucket: Int) -> Bool { bucket >= start && bucket < start + count }
}
