import Glibc

/// The time of day, for what other servers and clients see.
enum UnixTime {
    /// Nanoseconds of a clock that never goes back.
    static var monotonicNanoseconds: UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Seconds since 1970, modulo 2^32.
    static var seconds: UInt32 { UInt32(truncatingIfNeeded: time(nil)) }
}
