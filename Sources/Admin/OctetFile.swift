import Foundation
import Glibc

/// Octets that outlive the process in a file of their own.
///
/// The file is replaced as a whole, after what takes its place has reached the disk: a crash or a loss of power leaves
/// the old octets or the new ones. One process at a time has it.
package final class OctetFile: Sendable {
    package let path: String
    private let lock: CInt
    private let largestSize: Int

    private init(path: String, lock: CInt, largestSize: Int) {
        self.path = path
        self.lock = lock
        self.largestSize = largestSize
    }

    deinit { close(lock) }

    /// Takes a file; it need not exist, but its folder must.
    ///
    /// - Parameter largestSize: a larger file is not one of ours.
    /// - Throws: ``StateFileError``
    package static func open(_ path: String, largestSize: Int) throws(StateFileError) -> OctetFile {
        let lock = unsafe Glibc.open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw .unusable(path, String(systemError: errno)) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let isTaken = errno == EWOULDBLOCK
            let message = String(systemError: errno)
            close(lock)
            throw isTaken ? .inUse(path) : .unusable(path, message)
        }
        return OctetFile(path: path, lock: lock, largestSize: largestSize)
    }

    /// What there is.
    package enum Contents: Sendable {
        case octets([UInt8])
        /// No file.
        case nothing
        /// A file that cannot be read.
        case unreadable
        /// A file that is too large.
        case tooLarge
    }

    /// Reads the file.
    package func load() -> Contents {
        guard FileManager.default.fileExists(atPath: path) else { return .nothing }
        guard let file = FileHandle(forReadingAtPath: path) else { return .unreadable }
        do {
            let data = try file.read(upToCount: largestSize + 1) ?? Data()
            return data.count <= largestSize ? .octets(Array(data)) : .tooLarge
        } catch {
            return .unreadable
        }
    }

    /// Puts a file that is of no use aside under another name, so that it can be looked at and is not written over.
    ///
    /// - Returns: what became of it, for the log.
    package func putAside() -> String {
        let aside = path + ".damaged"
        let isAside = unsafe rename(path, aside) == 0
        return "\(path) is damaged" + (isAside ? "; it was put aside as \(aside)" : "")
    }

    /// Replaces the contents.
    ///
    /// - Returns: why they could not be written; `nil` when they were.
    package func save(_ octets: [UInt8]) -> String? {
        let fresh = path + ".new"
        guard write(octets, to: fresh), unsafe rename(fresh, path) == 0, syncFolder() else {
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
