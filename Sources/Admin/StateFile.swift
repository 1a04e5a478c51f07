import Foundation

/// A value that outlives the process as JSON in a file of its own: see ``OctetFile``.
package final class StateFile<Value: Codable & Sendable>: Sendable {
    /// What a file held.
    package struct Contents: Sendable {
        /// The value; `nil` when there was no file or none that can be read.
        package var value: Value?
        /// What is wrong with the file and where it was put, for the log.
        package var damage: String?
    }

    /// What is written: the form may change with the version.
    private struct Envelope: Codable {
        var version: Int
        var state: Value
    }

    private let file: OctetFile

    private static var largestSize: Int { 16 * 1024 * 1024 }

    private init(_ file: OctetFile) { self.file = file }

    package var path: String { file.path }

    /// Takes a file; it need not exist, but its folder must.
    ///
    /// - Throws: ``StateFileError``
    package static func open(_ path: String) throws(StateFileError) -> StateFile {
        StateFile(try OctetFile.open(path, largestSize: largestSize))
    }

    /// Reads the value. A file that cannot be read is put aside under another name.
    package func load() -> Contents {
        switch file.load() {
        case .nothing: return Contents()
        case .unreadable: return Contents(damage: "\(path) cannot be read")
        case .octets(let octets):
            if let envelope = try? JSONDecoder().decode(Envelope.self, from: Data(octets)), envelope.version == 1 {
                return Contents(value: envelope.state)
            }
        case .tooLarge: break
        }
        return Contents(damage: file.putAside())
    }

    /// Writes the value.
    ///
    /// - Returns: why it could not be written; `nil` when it was.
    package func save(_ value: Value) -> String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(Envelope(version: 1, state: value)) else {
            return "\(path): the state cannot be written as JSON"
        }
        return file.save(Array(data) + Array("\n".utf8))
    }
}
