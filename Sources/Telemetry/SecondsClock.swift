import Glibc

/// Seconds since it was made, for what is noted often and need not be exact: the kernel's coarse clock, which is right
/// to a few milliseconds and read without asking the processor's counter.
package struct SecondsClock: Sendable {
    private let start = SecondsClock.seconds

    package init() {}

    /// Whole seconds since the start.
    package var now: UInt32 { UInt32(clamping: Self.seconds - start) }

    private static var seconds: Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
        return time.tv_sec
    }
}
