import Glibc

/// Reading whole files and listing folders.
package enum FileAccess {
    /// The most octets of a zone file with all that it includes: offsets are kept in 32 bits, and what is read from a
    /// file takes up to eight times its size and must not take the memory of the machine.
    static let maximumSize = min(1 << 30, availableMemory / 16)

    /// How a message names ``maximumSize``.
    static var sizeLimit: String {
        maximumSize == 1 << 30
            ? "larger than 1024 MiB" : "larger than \(maximumSize >> 20) MiB, a sixteenth of the memory"
    }

    /// The memory of the machine, or of the process where that is less, in octets.
    private static var availableMemory: Int {
        let machine = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { return machine }
        return min(machine, Int(clamping: limit.rlim_cur))
    }

    /// Why a file or folder cannot be read, in words.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        init(_ description: String) {
            self.description = description
        }

        /// What `errno` says.
        static var last: Failure {
            unsafe Failure(String(cString: strerror(errno)))
        }
    }

    /// The octets of a regular file.
    ///
    /// - Throws: ``Failure``, also for anything but a regular file and for more than ``maximumSize`` octets.
    package static func read(_ path: String) throws(Failure) -> [UInt8] {
        // O_NONBLOCK, so that opening a named pipe returns and can be refused.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .last }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .last }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Failure("not a regular file") }
        guard status.st_size <= maximumSize else { throw Failure(sizeLimit) }
        let size = Int(status.st_size)
        let octets = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = unsafe Glibc.read(descriptor, buffer.baseAddress.map { unsafe $0 + count }, size - count)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { break }
                count += got
            }
        }
        guard octets.count == size else { throw Failure("the file could not be read to its end") }
        return octets
    }

    /// Whether the path names a folder.
    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether there is something at the path.
    package static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    /// The paths that a pattern of glob(7) matches, in the order of their names.
    static func matches(_ pattern: String) -> [String] {
        var result = unsafe glob_t()
        defer { unsafe globfree(&result) }
        guard unsafe glob(pattern, 0, nil, &result) == 0 else { return [] }
        return (0..<Int(unsafe result.gl_pathc)).compactMap { index in
            unsafe result.gl_pathv[index].map { unsafe String(cString: $0) }
        }
    }

    /// Calls `body` with each entry of a folder whose name ends in `suffix` and does not begin with a dot, in no order:
    /// its name, and what it looks like from outside.
    ///
    /// - Throws: ``Failure``
    static func forEachFile(
        in folder: String,
        suffix: String,
        _ body: (_ name: () -> String, _ fingerprint: Int) -> Void
    ) throws(Failure) {
        guard let stream = unsafe opendir(folder) else { throw .last }
        defer { unsafe closedir(stream) }
        let descriptor = unsafe dirfd(stream)
        var base = Hasher()
        base.combine(folder)
        while let entry = unsafe readdir(stream) {
            unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                    let length = unsafe strlen(name)
                    let end = suffix.utf8.count
                    guard length >= end, unsafe name[0] != CChar(bitPattern: UInt8(ascii: ".")),
                        unsafe strcmp(name + (length - end), suffix) == 0
                    else { return }
                    var hasher = base
                    unsafe hasher.combine(bytes: UnsafeRawBufferPointer(start: name, count: length))
                    var status = stat()
                    if unsafe fstatat(descriptor, name, &status, 0) == 0 {
                        FileFingerprint.combine(status, into: &hasher)
                    }
                    body({ unsafe String(cString: name) }, hasher.finalize())
                }
            }
        }
    }

    /// `name` as seen from `folder`.
    static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    /// The file that `name`, written in the file `path`, means: relative to that file's folder.
    static func resolve(_ name: String, from path: String) -> String {
        guard !name.hasPrefix("/"), let slash = path.lastIndex(of: "/") else { return name }
        return String(path[...slash]) + name
    }
}
