import Glibc

/// CPU time of processes, all their threads together.
///
/// The sum is the scheduler's, exact to the nanosecond. How it divides into user and system is what the kernel's tick
/// saw, good to a few percent over seconds.
struct CPUTime {
    /// User and system together.
    var nanoseconds: UInt64 = 0
    /// Clock ticks seen in user mode.
    var userTicks: UInt64 = 0
    /// Clock ticks seen in the kernel.
    var systemTicks: UInt64 = 0

    /// The part of the time that was spent in user mode, 0 to 1.
    var userShare: Double {
        let ticks = userTicks + systemTicks
        return ticks == 0 ? 0 : Double(userTicks) / Double(ticks)
    }

    /// What `processes` have used since they started; one that has gone counts nothing.
    init(of processes: [pid_t]) {
        for process in processes {
            var clock = clockid_t()
            var time = timespec()
            guard unsafe clock_getcpuclockid(process, &clock) == 0, unsafe clock_gettime(clock, &time) == 0 else {
                continue
            }
            nanoseconds += UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
            guard let ticks = Self.ticks(of: process) else { continue }
            userTicks += ticks.user
            systemTicks += ticks.system
        }
    }

    /// The difference of two readings.
    static func - (later: CPUTime, earlier: CPUTime) -> CPUTime {
        var difference = later
        difference.nanoseconds &-= earlier.nanoseconds
        difference.userTicks &-= earlier.userTicks
        difference.systemTicks &-= earlier.systemTicks
        return difference
    }

    /// Fields 14 and 15 of /proc/PID/stat; field 2, the command, is in parentheses and may hold anything.
    private static func ticks(of process: pid_t) -> (user: UInt64, system: UInt64)? {
        guard let octets = TextFile.read("/proc/\(process)/stat"),
            let end = octets.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = octets[(end + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 12, let user = UInt64(String(decoding: fields[11], as: UTF8.self)),
            let system = UInt64(String(decoding: fields[12], as: UTF8.self))
        else { return nil }
        return (user, system)
    }
}
