/// The zone files that paths stand for, and what each looks like from outside: a folder stands for every `*.zone` in
/// it, a pattern (`*`, `?`, `[...]`) for what it matches.
struct ZoneListing {
    /// A zone file.
    struct File {
        var path: String
        /// Another value when the file was written or replaced.
        var fingerprint: Int
    }

    /// The files, folder by folder, in each in the order of their names.
    private(set) var files: [File] = []
    /// Paths that stand for no file, and why.
    private(set) var faults: [(path: String, message: String)] = []
    /// Another value when a file was written, replaced, added or removed.
    private(set) var fingerprint = 0

    /// Lists the files.
    init(_ paths: [String]) {
        for path in paths {
            if FileAccess.isFolder(path) {
                addFolder(path)
            } else if Self.isPattern(path) {
                let found = FileAccess.matches(path)
                if found.isEmpty { fault(path, "the pattern matches no file") }
                for file in found { add(File(path: file, fingerprint: FileFingerprint.of(file))) }
            } else {
                add(File(path: path, fingerprint: FileFingerprint.of(path)))
            }
        }
    }

    /// The fingerprint alone, which takes one system call for each file and no memory.
    static func fingerprint(of paths: [String]) -> Int {
        var sum = 0
        for path in paths {
            if FileAccess.isFolder(path) {
                var count = 0
                try? FileAccess.forEachFile(in: path, suffix: ZoneFileReader.suffix) { _, fingerprint in
                    sum &+= fingerprint
                    count += 1
                }
                if count == 0 { sum &+= path.hashValue }
            } else if isPattern(path) {
                let found = FileAccess.matches(path)
                if found.isEmpty { sum &+= path.hashValue }
                for file in found { sum &+= FileFingerprint.of(file) }
            } else {
                sum &+= FileFingerprint.of(path)
            }
        }
        return sum
    }

    private static func isPattern(_ path: String) -> Bool {
        path.contains(where: { "*?[".contains($0) }) && !FileAccess.exists(path)
    }

    private mutating func addFolder(_ path: String) {
        var found: [(name: String, fingerprint: Int)] = []
        do {
            try FileAccess.forEachFile(in: path, suffix: ZoneFileReader.suffix) { name, fingerprint in
                found.append((name(), fingerprint))
            }
        } catch {
            return fault(path, "cannot be listed: \(error)")
        }
        if found.isEmpty { fault(path, "the folder has no *\(ZoneFileReader.suffix) file") }
        found.sort { $0.name < $1.name }
        files.reserveCapacity(files.count + found.count)
        for entry in found { add(File(path: FileAccess.join(path, entry.name), fingerprint: entry.fingerprint)) }
    }

    private mutating func add(_ file: File) {
        files.append(file)
        fingerprint &+= file.fingerprint
    }

    private mutating func fault(_ path: String, _ message: String) {
        faults.append((path, message))
        fingerprint &+= path.hashValue
    }
}
