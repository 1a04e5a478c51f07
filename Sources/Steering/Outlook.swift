import ZoneFile

/// In how many seconds the checks could find something else, in steps so coarse that few results change it.
package struct Outlook: Hashable, Comparable, BitwiseCopyable, Sendable {
    /// A lower bound; `UInt32.max` where no check could.
    package let seconds: UInt32

    /// Nothing is checked.
    package static let settled = Outlook(seconds: .max)
    /// The next result may decide.
    package static let open = Outlook(seconds: 0)

    /// The bounds that are told apart.
    private static let steps: [UInt32] = [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 60, 90, 120, 180, 240, 300, 600, 900, 1800, 3600,
        7200, 14_400, 43_200, 86_400,
    ]

    private init(seconds: UInt32) { self.seconds = seconds }

    /// A change no sooner than after this time.
    package init(_ time: Duration) {
        let whole = time.components.seconds
        self.init(seconds: Self.steps.last { $0 <= whole } ?? 0)
    }

    package static func < (sooner: Outlook, later: Outlook) -> Bool { sooner.seconds < later.seconds }
}

extension Region {
    /// When the state of an address could change that has been so for a while.
    func outlook(_ state: AddressHealth) -> Outlook {
        guard let schedule else { return .settled }
        return switch state {
        case .unknown: .open
        case .healthy: Outlook(schedule.shortestTime(forResults: schedule.fails, isInDoubt: false))
        case .unhealthy: Outlook(schedule.shortestTime(forResults: schedule.passes, isInDoubt: false))
        }
    }
}
