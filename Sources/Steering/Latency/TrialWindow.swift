/// The clients that may try a region at present, so that it is learned how far it is: some of the buckets that clients
/// are hashed to.
///
/// The window moves on with every period around all buckets. So each client has its turn in that share of its time and
/// no more, the clients of a unit network together. Who has nothing worth trying in its turn tries nothing: where much is
/// known, trials take far less than the window.
package struct TrialWindow: Hashable, BitwiseCopyable, Sendable {
    /// The first bucket.
    let start: Int
    /// How many buckets; 0 when nothing is tried.
    let count: Int

    /// Nobody tries anything.
    package static let none = TrialWindow(period: 0, share: 0)

    /// How much wider than the share the window is: about one turn in four is used for a trial, once countries are
    /// known, and all are while little is known.
    private static let turnsForTrial = 4.0

    /// The window of a period.
    ///
    /// - Parameters:
    ///   - period: counts the periods; any number.
    ///   - share: the share of their time that clients spend on trials, about, 0...0.25; more is taken as that.
    package init(period: Int, share: Double) {
        let share = share.isNaN ? 0 : min(max(share, 0), 0.25)
        count = Int((share * Self.turnsForTrial * Double(Rendezvous.bucketCount)).rounded(.up))
        let period = ((period % Rendezvous.bucketCount) + Rendezvous.bucketCount) % Rendezvous.bucketCount
        start = period * count % Rendezvous.bucketCount
    }

    /// Whether the clients of a bucket have their turn.
    func contains(_ bucket: Int) -> Bool {
        let distance = bucket - start
        return (distance < 0 ? distance + Rendezvous.bucketCount : distance) < count
    }
}
