import Glibc

/// What a file looks like from outside.
package enum FileFingerprint {
    /// Another value when the file was written, replaced, made or removed.
    package static func of(_ path: String) -> Int {
        var hasher = Hasher()
        combine(path, into: &hasher)
        return hasher.finalize()
    }

    /// Takes a file into a fingerprint of several.
    static func combine(_ path: String, into hasher: inout Hasher) {
        var status = stat()
        hasher.combine(path)
        guard unsafe stat(path, &status) == 0 else { return }
        hasher.combine(status.st_ino)
        hasher.combine(status.st_size)
        hasher.combine(status.st_mtim.tv_sec)
        hasher.combine(status.st_mtim.tv_nsec)
    }
}
