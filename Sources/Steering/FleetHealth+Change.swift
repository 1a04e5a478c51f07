extension FleetHealth {
    /// What a change of health did to a candidate, the lesser first.
    enum Change: UInt8, Comparable, Sendable {
        /// Nothing.
        case none
        /// Other addresses of it are up, which is no reason to send its clients elsewhere.
        case addresses
        /// Whether clients may be sent there, or how many, is not as it was.
        case standing

        static func < (lesser: Change, greater: Change) -> Bool { lesser.rawValue < greater.rawValue }
    }
}
