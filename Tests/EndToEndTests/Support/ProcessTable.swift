import Foundation

/// The processes of this machine, as /proc shows them.
enum ProcessTable {
    /// The direct children of a process.
    static func children(of parent: pid_t) -> [pid_t] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { pid_t($0) }.filter { status(of: $0)?.parent == parent }
    }

    /// The arguments of a process, the program first.
    static func arguments(of process: pid_t) -> [String] {
        let octets = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
        return octets.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether a process runs; one that has ended and is only still listed does not.
    static func isRunning(_ process: pid_t) -> Bool {
        guard let state = status(of: process)?.state else { return false }
        return state != "Z" && state != "X"
    }

    /// State and parent from the line `PID (NAME) STATE PARENT ...`, in which the name may hold anything.
    private static func status(of process: pid_t) -> (state: Substring, parent: pid_t)? {
        guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let nameEnd = line.lastIndex(of: ")")
        else { return nil }
        let fields = line[nameEnd...].split(separator: " ")
        guard fields.count > 2, let parent = pid_t(fields[2]) else { return nil }
        return (fields[1], parent)
    }
}
