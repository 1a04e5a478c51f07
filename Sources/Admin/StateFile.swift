import Foundation
import Glibc

/// A value that outlives the process in a file of its own.
///
/// The file is replaced as a whole, after what takes its place has reached the disk: a crash or a loss of power leaves
/// the old value or the new one. One process at a time has it.
package final class StateFile<Value: Codable & Sendable>: Sendable {
    /// What a file held.
    package struct Contents: Sendable {
        /// The value; `nil` when there was no file or none that can be read.
        package var value: Value?
        /// What is wrong with the file and where it was put, for the log.
        package var damage: String?
    }

    /// What is written: the form may change with the version.
    private struct Envelope: Codable {
        var version: Int
        var state: Value
    }

    package let path: String
    private let lock: CInt

    /// A larger file is not one of ours.
    private static var largestSize: Int { 16 * 1024 * 1024 }

    private init(path: String, lock: CInt) {
        self.path = path
        self.lock = lock
    }

    deinit { close(lock) }

    /// Takes a file; it need not exist, but its folder must.
    ///
    /// - Throws: ``StateFileError``
    package static func open(_ path: String) throws(StateFileError) -> StateFile {
        let lock = unsafe Glibc.open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw .unusable(path, String(systemError: errno)) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let isTaken = errno == EWOULDBLOCK
            let message = String(systemError: errno)
            close(lock)
            throw isTaken ? .inUse(path) : .unusable(path, message)
        }
        return StateFile(path: path, lock: lock)
    }

    /// Reads the value. A file that cannot be read is put aside under another name, so that it can be looked at and is
    /// not written over.
    package func load() -> Contents {
        guard FileManager.default.fileExists(atPath: path) else { return Contents() }
        let data: Data
        do {
            guard let file = FileHandle(forReadingAtPath: path) else { throw CocoaError(.fileReadUnknown) }
            data = try file.read(upToCount: Self.largestSize + 1) ?? Data()
        } catch {
            return Contents(damage: "\(path) cannot be read")
        }
        if data.count <= Self.largestSize, let envelope = try? JSONDecoder().decode(Envelope.self, from: data),
            envelope.version == 1
        {
            return Contents(value: envelope.state)
        }
        let aside = path + ".damaged"
        let isAside = unsafe rename(path, aside) == 0
        return Contents(damage: "\(path) is damaged" + (isAside ? "; it was put aside as \(aside)" : ""))
    }

    /// Writes the value.
    ///
    /// - Returns: why it could not be written; `nil` when it was.
    package func save(_ value: Value) -> String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(Envelope(version: 1, state: value)) else {
            return "\(path): the state cannot be written as JSON"
        }
        let fresh = path + ".new"
        guard write(Array(data) + Array("\n".utf8), to: fresh), unsafe rename(fresh, path) == 0, syncFolder() else {
            let message = String(systemError: errno)
            unsafe unlink(fresh)
            return "\(path): \(message)"
        }
        return nil
    }

    /// Writes a file and waits until it is on the disk; `errno` tells of a failure.
    private func write(_ octets: [UInt8], to path: String) -> Bool {
        let file = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        var rest = octets[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { break }
            rest = rest.dropFirst(written)
        }
        let isWhole = rest.isEmpty && fsync(file) == 0
        let failure = errno
        close(file)
        errno = failure
        return isWhole
    }

    /// Waits until the new name is on the disk.
    private func syncFolder() -> Bool {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let file = unsafe Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return fsync(file) == 0
    }
}

/// Why a state file cannot be used.
package enum StateFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another process has it.
    case inUse(String)
    /// What the system says.
    case unusable(String, String)

    package var description: String {
        switch self {
        case .inUse(let path): "\(path): another process keeps its state there"
        case .unusable(let path, let message): "\(path): no state can be kept there: \(message)"
        }
    }
}
