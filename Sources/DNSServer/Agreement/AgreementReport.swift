/// What of the states of regions is not just what own checks say, as operators see it.
package struct AgreementReport: Codable, Hashable, Sendable {
    /// States that are frozen.
    package struct Freeze: Codable, Hashable, Sendable {
        /// `partition` or `alone`.
        package var cause: String
        /// Why, in words.
        package var reason: String
        package var since: Timestamp
        /// When it ends at the latest.
        package var until: Timestamp
        /// The labels of the regions that are kept in the answers by it.
        package var regions: [String]
    }

    /// Another name server.
    package struct Peer: Codable, Hashable, Sendable {
        package var address: String
        /// Whether its word counts at present.
        package var counts: Bool
        package var lastAnswer: Timestamp?
        /// Why its word does not count.
        package var fault: String?
    }

    package var freeze: Freeze?
    package var peers: [Peer]
    /// How many name servers must see a region down, this one counted; 1 where there are no others.
    package var needed: Int
}
