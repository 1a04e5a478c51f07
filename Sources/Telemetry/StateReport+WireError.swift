extension StateReport {
    /// Why octets are no report.
    package enum WireError: Error, Hashable, Sendable {
        /// They do not begin as a report does.
        case notAReport
        /// They are of another version of the form.
        case version(UInt8)
        /// They end within a section, or a section is too short for its type.
        case truncated
        /// More than a report may have: see ``StateReport/Limits`` and ``RoundTripReport/Limits``.
        case tooLarge
        /// A section goes on after what its type has.
        case excess
        /// A number that cannot be, or networks that are out of order.
        case outOfRange
        /// A name that is not UTF-8.
        case notText
        /// No region, or no load.
        case incomplete
        /// A section or a network that is there twice.
        case repeated
    }
}

extension StateReport.WireError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notAReport: "it does not begin as one"
        case .version(let version):
            "it is of version \(version), and version \(StateReport.version) is what can be read"
        case .truncated: "it ends too early"
        case .tooLarge: "it is longer than a report may be"
        case .excess: "a section is longer than it may be"
        case .outOfRange: "a number in it cannot be"
        case .notText: "a name in it is no text"
        case .incomplete: "it lacks the region or the load"
        case .repeated: "something in it is there twice"
        }
    }
}
