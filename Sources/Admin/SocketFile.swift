import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// The file of a socket that only this user may open.
///
/// A socket is born with the mode that the umask leaves it, and could be opened before that is changed. So it is born
/// in a folder of its own that nobody else may enter, gets its mode there, and is moved to its place, where it takes
/// the place of a file that was left behind.
final class SocketFile: Sendable {
    /// Where it is to be.
    private let path: String
    private let folder: String
    /// The file as it was published.
    private let published = Mutex<Identity?>(nil)

    /// Where it is to be bound.
    let birthplace: String

    /// What tells a file from another that has taken its place.
    private struct Identity: Equatable {
        var device: dev_t
        var number: ino_t
    }

    /// What an address of a socket holds (unix(7)), less the folder's suffix and name.
    private static let longestPath = 107 - suffix.utf8.count - name.utf8.count
    private static let suffix = ".XXXXXX"
    private static let name = "/s"

    private init(path: String, folder: String) {
        self.path = path
        self.folder = folder
        birthplace = folder + Self.name
    }

    /// Makes the place for a socket, with its folder.
    ///
    /// - Throws: ``AdminListenerError``, also when a process answers there.
    static func prepare(_ path: String, on group: any EventLoopGroup) async throws(AdminListenerError) -> SocketFile {
        guard path.utf8.count <= longestPath else { throw .pathTooLong(path, limit: longestPath) }
        if let mode = mode(of: path) {
            guard mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
            guard await !answers(path, on: group) else { throw .inUse(.socket(path)) }
        }
        if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
            makeFolders(String(path[..<slash]))
        }
        var template = Array((path + suffix).utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            throw .system(.socket(path), String(systemError: errno))
        }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return SocketFile(path: path, folder: folder)
    }

    /// Moves the bound socket to its place.
    ///
    /// - Throws: ``AdminListenerError/system(_:_:)``; then nothing is left of it.
    func publish() throws(AdminListenerError) {
        published.withLock { $0 = Self.identity(of: birthplace) }
        guard unsafe chmod(birthplace, 0o600) == 0, unsafe rename(birthplace, path) == 0 else {
            let message = String(systemError: errno)
            abandon()
            throw .system(.socket(path), message)
        }
        unsafe rmdir(folder)
    }

    /// Removes what was made for a socket that did not come to be.
    func abandon() {
        unsafe unlink(birthplace)
        unsafe rmdir(folder)
    }

    /// Removes the socket, unless another process has put its own there.
    func remove() {
        guard let own = published.withLock(\.self), own == Self.identity(of: path) else { return }
        unsafe unlink(path)
    }

    // MARK: - Files

    /// Type and permissions of a file; `nil` when there is none.
    private static func mode(of path: String) -> mode_t? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status.st_mode : nil
    }

    private static func identity(of path: String) -> Identity? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? Identity(device: status.st_dev, number: status.st_ino) : nil
    }

    /// Makes a folder and those above it, for this user alone; that one cannot be made shows when it is used.
    private static func makeFolders(_ path: String) {
        guard mode(of: path) == nil else { return }
        if let slash = path.lastIndex(of: "/"), slash > path.startIndex { makeFolders(String(path[..<slash])) }
        unsafe mkdir(path, 0o700)
    }

    private static func answers(_ path: String, on group: any EventLoopGroup) async -> Bool {
        guard let channel = try? await ClientBootstrap(group: group).connect(unixDomainSocketPath: path).get() else {
            return false
        }
        try? await channel.close()
        return true
    }
}

extension String {
    /// What the system says of an error number.
    init(systemError number: CInt) {
        self = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
    }
}
