import Glibc

/// What a file looks like from outside.
package enum FileFingerprint {
    /// Another value when the file was written, replaced, made or removed.
    package static func of(_ path: String) -> Int {
        var hasher = Hasher()
        var status = stat()
        hasher.combine(path)
        if unsafe stat(path, &status) == 0 { combine(status, into: &hasher) }
        return hasher.finalize()
    }

    /// Takes what the system says of a file into a fingerprint.
    static func combine(_ status: stat, into hasher: inout Hasher) {
        hasher.combine(status.st_ino)
        hasher.combine(status.st_size)
        // As octets: which module its members are of depends on what the compiler has read before.
        unsafe withUnsafeBytes(of: status.st_mtim) { unsafe hasher.combine(bytes: $0) }
    }
}
