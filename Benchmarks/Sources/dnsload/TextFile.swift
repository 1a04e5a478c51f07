import Glibc

/// Text files, read whole.
enum TextFile {
    /// The lines of a file, without empty ones and those that begin with `#`.
    static func lines(_ path: String) throws(UsageError) -> [String] {
        guard let octets = read(path) else { throw UsageError("cannot read \(path)") }
        return octets.split(separator: UInt8(ascii: "\n"))
            .map { String(decoding: $0, as: UTF8.self) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
    }

    /// What a file holds; `nil` when it cannot be read. Works for files of /proc, which have no size.
    static func read(_ path: String) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var octets: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            guard count >= 0 else { return nil }
            if count == 0 { return octets }
            octets += chunk[..<count]
        }
    }
}
