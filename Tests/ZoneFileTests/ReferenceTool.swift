import Foundation

/// A tool of another name server's that reads zone files.
struct ReferenceTool: Sendable {
    static let compilezone = ReferenceTool("named-compilezone")
    static let checkzone = ReferenceTool("named-checkzone")
    static let kzonecheck = ReferenceTool("kzonecheck")
    static let readZone = ReferenceTool("ldns-read-zone")

    let name: String

    init(_ name: String) { self.name = name }

    /// What is wrong when a tool cannot be run.
    struct NotInstalled: Error { var name: String }

    private var path: String? {
        ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"].map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    var isInstalled: Bool { path != nil }

    /// Runs the tool in a folder that holds a zone file.
    ///
    /// - Parameter arguments: may name the file, `ORIGIN.zone`.
    /// - Returns: the exit status, and what it prints, errors included.
    func run(_ arguments: [String], on text: String, origin: String) throws -> (status: Int32, output: String) {
        guard let path else { throw NotInstalled(name: name) }
        let folder = FileManager.default.temporaryDirectory.appending(path: "tern-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(text.utf8).write(to: folder.appending(path: "\(origin).zone"))
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let octets = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: octets, as: UTF8.self))
    }

    /// The zone as ``compilezone`` or ``readZone`` prints it: absolute names, one record a line.
    func dump(_ text: String, origin: String) throws -> String {
        let file = "\(origin).zone"
        let arguments =
            name == Self.readZone.name
            ? [file]
            : "-q -i none -k ignore -n ignore -m ignore -r ignore -M ignore -S ignore -s full -o -".split(
                separator: " "
            )
            .map(String.init) + [origin, file]
        let output = try run(arguments, on: "$ORIGIN \(origin).\n" + text, origin: origin).output
        // ldns-read-zone adds the tag of a key as a comment.
        return output.split(separator: "\n").map { $0.components(separatedBy: " ;{")[0] + "\n" }.joined()
    }

    /// The lines with blanks outside quotes made alike, in lower case, sorted.
    static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").filter { !$0.hasPrefix(";") }
            .map { line in
                line.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ").lowercased()
            }
            .sorted()
    }
}
