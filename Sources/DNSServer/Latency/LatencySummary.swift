/// What a name server knows of round trips, in numbers.
package struct LatencySummary: Codable, Hashable, Sendable {
    /// A proxy that reports round trips.
    package struct Proxy: Codable, Hashable, Sendable {
        /// The region, absolute.
        package var region: String
        package var address: String
        package var lastHeard: Timestamp
        /// Networks that it knows.
        package var networks: Int
        /// Digests of it that were taken up, or known already.
        package var accepted: UInt64
        /// Digests of it that were not believed.
        package var refused: UInt64
        /// Why the last of these were not; `nil` when there were none.
        package var refusal: String?
    }

    /// Networks of which something was measured.
    package var networks: Int
    /// Networks that are not steered as their country or autonomous system is.
    package var exceptions: Int
    /// The share of their time that clients spend on trials, about, 0...0.25.
    package var trialShare: Double
    /// When something new was last reported; `nil` since the start.
    package var lastReport: Timestamp?
    package var proxies: [Proxy]
}
