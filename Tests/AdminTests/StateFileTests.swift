import Admin
import Foundation
import Testing

@Suite struct StateFileTests {
    private let folder = "/tmp/tern-state-\(UUID().uuidString.prefix(8))"
    private var path: String { folder + "/states.json" }

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    private func ended() { try? FileManager.default.removeItem(atPath: folder) }

    @Test func holdsWhatWasWrittenLast() throws {
        defer { ended() }
        do {
            let file = try StateFile<[String: Int]>.open(path)
            #expect(file.load().value == nil && file.load().damage == nil)
            #expect(file.save(["a": 1]) == nil)
            #expect(file.save(["b": 2]) == nil)
            #expect(file.load().value == ["b": 2])
        }
        #expect(try StateFile<[String: Int]>.open(path).load().value == ["b": 2])
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(names == ["states.json", "states.json.lock"])
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test(arguments: ["", "{", #"{"version":1}"#, #"{"version":2,"state":{}}"#, #"{"version":1,"state":{"a":"b"}}"#])
    func damageIsPutAsideAndToldOf(text: String) throws {
        defer { ended() }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let file = try StateFile<[String: Int]>.open(path)
        let contents = file.load()
        #expect(contents.value == nil)
        #expect(contents.damage == "\(path) is damaged; it was put aside as \(path).damaged")
        #expect(try String(contentsOfFile: path + ".damaged", encoding: .utf8) == text)
        #expect(file.save(["a": 1]) == nil)
        #expect(file.load().value == ["a": 1])
    }

    @Test func oneProcessAtATimeHasIt() throws {
        defer { ended() }
        do {
            let file = try StateFile<Int>.open(path)
            #expect(throws: StateFileError.inUse(path)) { try StateFile<Int>.open(path) }
            withExtendedLifetime(file) {}
        }
        _ = try StateFile<Int>.open(path)
    }

    @Test func aFolderThatIsNotThereIsSaid() throws {
        ended()
        #expect(throws: StateFileError.self) { try StateFile<Int>.open(path) }
    }

    @Test func aFailureToWriteKeepsTheOldValue() throws {
        defer { ended() }
        let file = try StateFile<Int>.open(path)
        #expect(file.save(1) == nil)
        // A folder stands where the new file would be written.
        try FileManager.default.createDirectory(atPath: path + ".new", withIntermediateDirectories: true)
        #expect(file.save(2)?.contains(path) == true)
        #expect(file.load().value == 1)
    }
}
