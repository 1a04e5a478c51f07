import Foundation

/// Something that did not come about in time, or not at all.
struct Unfulfilled: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Waits until `condition` holds, looking every 20 ms.
///
/// - Parameters:
///   - expectation: what is waited for, as the end of "waited in vain for".
///   - limit: when to give up; generous, since it only bounds a failure.
///   - evidence: what to show when it does not come about.
/// - Returns: how long it took.
/// - Throws: ``Unfulfilled`` after the limit.
@discardableResult
func wait(
    for expectation: String,
    within limit: Duration = .seconds(30),
    evidence: () -> String = { "" },
    until condition: () throws -> Bool
) throws -> Duration {
    let start = ContinuousClock.now
    while try !condition() {
        guard ContinuousClock.now - start < limit else {
            throw Unfulfilled("waited \(limit) in vain for \(expectation)\n\(evidence())")
        }
        usleep(20_000)
    }
    return ContinuousClock.now - start
}
