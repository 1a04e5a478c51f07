import Foundation
import Glibc

/// Where processes of one machine put their sockets and state, and find each other's.
package enum AdminPlaces {
    /// Where a process of a name such as `serve` puts its socket: in `/run/tern` if it may write there, else in a folder
    /// of the user's; `nil` where someone else has taken that.
    package static func socket(_ name: String) -> AdminAddress? {
        let isOfSystem = isWritable("/run/tern") || !exists("/run/tern") && isWritable("/run")
        let folder = isOfSystem ? "/run/tern" : userFolder
        return isTrusted(folder) ? .socket("\(folder)/\(name).sock") : nil
    }

    /// The folders of sockets where a process may be found.
    private static var socketFolders: [String] { ["/run/tern", userFolder].filter(isTrusted) }

    /// Where state is kept by default; `nil` where this process may not write there, or nobody made the folder.
    package static var stateFolder: String? {
        let folder = "/var/lib/tern"
        return isWritable(folder) ? folder : nil
    }

    /// The sockets of processes of a role, `serve` or `proxy`, in the folders where they may be: `serve.sock` and
    /// `serve-SUFFIX.sock`.
    package static func sockets(of role: String) -> [String] {
        var found: [String] = []
        for folder in socketFolders {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            let sockets = names.filter {
                $0 == "\(role).sock" || $0.hasPrefix("\(role)-") && $0.hasSuffix(".sock")
            }
            for name in sockets.sorted() where !found.contains("\(folder)/\(name)") {
                found.append("\(folder)/\(name)")
            }
        }
        return found
    }

    private static var userFolder: String {
        let environment = ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"].flatMap { $0.isEmpty ? nil : $0 }
        return environment.map { "\($0)/tern" } ?? "/tmp/tern-\(getuid())"
    }

    /// Whether nobody else can have made a folder; in `/tmp` anyone makes what is not there yet.
    private static func isTrusted(_ folder: String) -> Bool {
        var status = stat()
        guard folder.hasPrefix("/tmp/"), unsafe lstat(folder, &status) == 0 else { return true }
        return status.st_mode & S_IFMT == S_IFDIR && status.st_uid == getuid() && status.st_mode & 0o022 == 0
    }

    private static func isWritable(_ path: String) -> Bool { unsafe access(path, W_OK | X_OK) == 0 }

    private static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
}
