/// A part of Tern that reads octets from outside, with the rules that must hold whatever they are.
///
/// libFuzzer feeds these functions (`make fuzz`); the tests feed them what it once found, and some mutations of sound
/// input. A rule that is broken is returned in words; a trap is a finding by itself.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// A DNS message and its whole answer.
    case message
    /// A DNS query whose OPT record has any options.
    case options
    /// Domain names, in text and on the wire.
    case name
    /// RDATA of each type on the wire.
    case rdata
    /// RDATA of each type as text.
    case record
    /// Master files.
    case zone
    /// HTTP request heads.
    case request
    /// HTTP response heads.
    case response
    /// Chunked bodies.
    case chunked
    /// Reports of proxies to name servers.
    case reports

    /// Feeds the target.
    ///
    /// - Parameter input: any octets; the first one or two of most targets choose among variants.
    /// - Throws: ``BrokenRule``
    package func check(_ input: [UInt8]) throws(BrokenRule) {
        switch self {
        case .message: try MessageCheck.check(input)
        case .options: try OptionsCheck.check(input)
        case .name: try NameCheck.check(input)
        case .rdata: try RDataCheck.check(input)
        case .record: try ZoneCheck.checkRecord(input)
        case .zone: try ZoneCheck.check(input)
        case .request: try RequestCheck.check(input)
        case .response: try ResponseCheck.check(input)
        case .chunked: try ChunkedCheck.check(input)
        case .reports: try ReportCheck.check(input)
        }
    }

    /// Sound input to start from.
    package var seeds: [[UInt8]] {
        switch self {
        case .message: MessageCheck.seeds
        case .options: OptionsCheck.seeds
        case .name: NameCheck.seeds
        case .rdata: RDataCheck.seeds
        case .record: ZoneCheck.recordSeeds
        case .zone: ZoneCheck.seeds
        case .request: RequestCheck.seeds
        case .response: ResponseCheck.seeds
        case .chunked: ChunkedCheck.seeds
        case .reports: ReportCheck.seeds
        }
    }
}

/// A rule that does not hold for some input.
package struct BrokenRule: Error, CustomStringConvertible {
    package var description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Throws unless `condition` holds.
func require(_ condition: Bool, _ rule: @autoclosure () -> String) throws(BrokenRule) {
    guard condition else { throw BrokenRule(rule()) }
}
