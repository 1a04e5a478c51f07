import Glibc

/// Whole files in and out.
enum FileContents {
    /// Far above the sources of any country database; what is larger is another file.
    private static let maximumSize = 1 << 30

    /// Reads a regular file of at most 1 GiB.
    static func read(_ path: String) throws(GeoDataBuildError) -> [UInt8] {
        func failure(_ code: CInt) -> GeoDataBuildError { .cannotRead(path: path, reason: systemText(code)) }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw failure(EISDIR) }
        guard status.st_size <= maximumSize else { throw failure(EFBIG) }
        var bytes = [UInt8](repeating: 0, count: status.st_size)
        var filled = 0
        while filled < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(errno) }
            if count == 0 { break }
            filled += count
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    /// Writes a file beside `path` and renames it over `path`.
    static func write(_ bytes: [UInt8], to path: String) throws(GeoDataBuildError) {
        let temporary = "\(path).\(getpid()).new"
        func failure(_ code: CInt) -> GeoDataBuildError {
            _ = unsafe unlink(temporary)
            return .cannotWrite(path: path, reason: systemText(code))
        }
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(errno) }
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let code = errno
                close(descriptor)
                throw failure(code)
            }
            written += count
        }
        guard close(descriptor) == 0, unsafe rename(temporary, path) == 0 else { throw failure(errno) }
    }

    private static func systemText(_ code: CInt) -> String { unsafe String(cString: strerror(code)) }
}
