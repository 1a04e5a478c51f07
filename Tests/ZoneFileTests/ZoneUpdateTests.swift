import DNSWire
import Foundation
import Testing

@testable import ZoneFile

@Suite("Updates read what changed")
struct ZoneUpdateTests {
    /// A folder of zone files that goes with the test.
    private final class Folder {
        let path = FileManager.default.temporaryDirectory.appending(path: "tern-\(UUID().uuidString)").path
        private var writes = 0

        init() throws {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        /// Writes a zone with an apex before the text, or another file.
        func write(_ text: String, to name: String) throws {
            // A length of its own for each, so that even two writes within one tick of the clock differ.
            writes += 1
            let text =
                (name.hasSuffix(".zone") ? ZoneText.head + text : text) + "\n;" + String(repeating: "-", count: writes)
            try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
        }

        func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }
    }

    /// An update that is accepted when it can be: the zones read and removed, or the codes of its errors.
    private func step(_ loader: ZoneLoader) -> [String] {
        let update = loader.update()
        #expect(loader.fingerprint() == loader.loadedFingerprint)
        if update.hasErrors { return update.findings.filter { $0.severity == .error }.map(\.code.rawValue) }
        loader.accept(update)
        return update.zones.map(\.origin.description).sorted() + update.removed.map { "-\($0)" }.sorted()
    }

    @Test func `only files that changed are read`() throws {
        let folder = try Folder()
        for name in ["a", "b", "c"] { try folder.write("www A 192.0.2.1", to: "\(name).test.zone") }
        let loader = ZoneLoader([folder.path])
        #expect(step(loader) == ["a.test.", "b.test.", "c.test."])
        #expect(step(loader) == [])
        try folder.write("www A 192.0.2.2", to: "b.test.zone")
        #expect(loader.fingerprint() != loader.loadedFingerprint)
        #expect(step(loader) == ["b.test."])
        try folder.write("www A 192.0.2.2", to: "d.test.zone")
        try folder.remove("a.test.zone")
        #expect(loader.fingerprint() != loader.loadedFingerprint)
        #expect(step(loader) == ["d.test.", "-a.test."])
        #expect(step(loader) == [])
    }

    @Test func `a zone is read when a file that it includes changed`() throws {
        let folder = try Folder()
        try folder.write("$INCLUDE hosts", to: "a.test.zone")
        try folder.write("www A 192.0.2.1", to: "b.test.zone")
        try folder.write("www A 192.0.2.1", to: "hosts")
        let loader = ZoneLoader([folder.path])
        #expect(step(loader) == ["a.test.", "b.test."])
        try folder.write("www A 192.0.2.2", to: "hosts")
        #expect(loader.fingerprint() != loader.loadedFingerprint)
        #expect(step(loader) == ["a.test."])
        try folder.remove("hosts")
        #expect(loader.fingerprint() != loader.loadedFingerprint)
        #expect(step(loader) == ["include-failed"])
        try folder.write("www A 192.0.2.2", to: "hosts")
        #expect(loader.fingerprint() != loader.loadedFingerprint)
        #expect(step(loader) == ["a.test."])
    }

    @Test func `a file with errors is read again until it is repaired`() throws {
        let folder = try Folder()
        for name in ["a", "b"] { try folder.write("www A 192.0.2.1", to: "\(name).test.zone") }
        let loader = ZoneLoader([folder.path])
        _ = step(loader)
        try folder.write("www A 192.0.2", to: "a.test.zone")
        try folder.write("www A 192.0.2.2", to: "b.test.zone")
        #expect(step(loader) == ["bad-rdata"])
        #expect(step(loader) == ["bad-rdata"])
        try folder.write("www A 192.0.2.2", to: "a.test.zone")
        #expect(step(loader) == ["a.test.", "b.test."])
    }

    @Test func `what is not accepted is read again`() throws {
        let folder = try Folder()
        try folder.write("www A 192.0.2.1", to: "a.test.zone")
        let loader = ZoneLoader([folder.path])
        #expect(loader.update().zones.count == 1)
        #expect(step(loader) == ["a.test."])
    }

    @Test func `zones with control records and DNAMEs are read every time`() throws {
        let folder = try Folder()
        try folder.write("east REGION\neast A 192.0.2.1", to: "a.test.zone")
        try folder.write("www STEER all east.a.test.", to: "b.test.zone")
        try folder.write("d DNAME example.org.", to: "c.test.zone")
        try folder.write("www A 192.0.2.1", to: "d.test.zone")
        let loader = ZoneLoader([folder.path])
        #expect(step(loader) == ["a.test.", "b.test.", "c.test.", "d.test."])
        try folder.write("www A 192.0.2.2", to: "d.test.zone")
        let update = loader.update()
        #expect(update.zones.map(\.origin.description).sorted() == ["a.test.", "b.test.", "c.test.", "d.test."])
        #expect(update.control.regions.map(\.addresses.count) == [1])
        #expect(update.control.steers.count == 1)
        loader.accept(update)
        // A region that goes is missed.
        try folder.write("east A 192.0.2.1", to: "a.test.zone")
        #expect(step(loader) == ["unknown-region"])
    }

    @Test func `the zone of a pool's server is read every time`() throws {
        let folder = try Folder()
        let pool = "east REGION\neast A 192.0.2.1\n_http._tcp.east POOL\n_http._tcp.east SRV 0 1 80 "
        try folder.write(pool + "app.b.test.", to: "a.test.zone")
        for name in ["b", "c", "d"] {
            try folder.write("app A 192.0.2.2\napp AAAA 2001:db8::1", to: "\(name).test.zone")
        }
        let loader = ZoneLoader([folder.path])
        let first = loader.update()
        #expect(first.control.pools.first?.servers.map(\.addresses.count) == [2])
        loader.accept(first)
        #expect(step(loader) == ["a.test.", "b.test."])
        // Another zone's server: that zone is read now, though it did not change.
        try folder.write(pool + "app.c.test.", to: "a.test.zone")
        let second = loader.update()
        #expect(second.zones.map(\.origin.description).sorted() == ["a.test.", "b.test.", "c.test."])
        #expect(second.control.pools.first?.servers.map(\.addresses.count) == [2])
        loader.accept(second)
        #expect(step(loader) == ["a.test.", "c.test."])
        // A zone that comes between takes the name over.
        try folder.write("www A 192.0.2.1", to: "app.c.test.zone")
        #expect(step(loader) == ["unreachable-server"])
        try folder.write("@ A 192.0.2.1", to: "app.c.test.zone")
        #expect(step(loader) == ["a.test.", "app.c.test.", "c.test."])
    }

    @Test func `a zone is read when one below it comes or goes`() throws {
        let folder = try Folder()
        for name in ["test", "a.test", "b.a.test", "example"] {
            try folder.write("www A 192.0.2.1", to: "\(name).zone")
        }
        let loader = ZoneLoader([folder.path])
        #expect(step(loader).count == 4)
        try folder.write("www A 192.0.2.1", to: "x.b.a.test.zone")
        #expect(step(loader) == ["b.a.test.", "x.b.a.test."])
        try folder.remove("b.a.test.zone")
        #expect(step(loader) == ["a.test.", "-b.a.test."])
    }

    @Test func `a zone in a second file is refused, one that moves is read`() throws {
        let folder = try Folder()
        try folder.write("www A 192.0.2.1", to: "a.test.zone")
        try folder.write("www A 192.0.2.1", to: "b.test.zone")
        let loader = ZoneLoader([folder.path])
        _ = step(loader)
        try folder.write("www A 192.0.2.1", to: "A.test.zone")
        #expect(step(loader) == ["repeated-zone"])
        try folder.remove("a.test.zone")
        #expect(step(loader) == ["A.test."])
    }

    @Test func `a packed zone has the records of the zone`() throws {
        let body = "a A 192.0.2.1\nb TXT x\na A 192.0.2.2\na TXT y\n$GENERATE 0-300 a AAAA 2001:db8::${0,0,x}\n"
        let zone = try #require(ZoneText(body: body + "empty TYPE65500 \\# 0").read().zone)
        let packed = PackedZone(zone)
        var records: [String] = []
        packed.forEachName { owner, place in
            packed.forEachRRset(at: place) { type, ttl, rrset in
                packed.forEachRecord(at: rrset) {
                    records.append("\(DomainName(validated: Array(owner))) \(ttl) \(type) \(RData.present(type, $0))")
                }
            }
        }
        #expect(records.count == zone.recordCount)
        let expected = zone.allRecords.map { "\($0.owner) \($0.ttl) \($0.type) \(RData.present($0.type, $0.rdata))" }
        #expect(records.sorted() == expected.sorted())
        #expect(packed.nameCount == zone.nameCount)
    }
}
