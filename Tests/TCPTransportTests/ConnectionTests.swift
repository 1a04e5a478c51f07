import Addressing
import Glibc
import Synchronization
import Testing

@testable import TCPTransport

@Suite("Connections of a loop")
struct ConnectionTests {
    private static func with(_ body: (LoopFixture) async throws -> Void) async throws {
        let fixture = try LoopFixture()
        do {
            try await body(fixture)
        } catch {
            await fixture.stop()
            throw error
        }
        await fixture.stop()
    }

    // MARK: - Input

    @Test func octetsComeAsTheyAreSent() async throws {
        try await Self.with { fixture in
            let (_, journal, peer) = try await fixture.open()
            try peer.send("one")
            try await journal.wait { $0.text == "one" }
            try peer.send(" two")
            try await journal.wait { $0.text == "one two" }
            peer.close()
            try await journal.wait { $0.events == ["input ended", "closed: asked"] }
        }
    }

    @Test func whatIsLeftIsShownAgainWithWhatFollows() async throws {
        try await Self.with { fixture in
            let (_, journal, peer) = try await fixture.open { connection in
                // Takes whole lines only.
                connection.handle = { connection, octets in
                    var end = 0
                    for index in octets.indices where octets[index] == 10 { end = index + 1 }
                    if end > 0 { connection.journal.note(octets.extracting(0..<end)) }
                    connection.journal.note("shown \(octets.count)")
                    return end
                }
            }
            try peer.send("ab")
            try await journal.wait { $0.events == ["shown 2"] }
            try peer.send("c\nde")
            try await journal.wait { $0.events == ["shown 2", "shown 6"] }
            #expect(journal.text == "abc\n")
            try peer.send("\n")
            try await journal.wait { $0.text == "abc\nde\n" }
            let long = [UInt8](repeating: 120, count: 300_000)
            try peer.send(long + [10])
            try await journal.wait { $0.received.count == 7 + 300_001 }
        }
    }

    @Test func anOwnerThatTakesNothingIsShownNothing() async throws {
        try await Self.with { fixture in
            let (connection, journal, peer) = try await fixture.open { $0.isPaused = true }
            try peer.send("held")
            peer.endOutput()
            await fixture.run { _ in }
            #expect(journal.calls == 0)
            // What has been sent is received before the end of it.
            await connection.run {
                $0.isPaused = false
                $0.resumeInput()
            }
            try await journal.wait { $0.events == ["input ended", "closed: asked"] }
            #expect(journal.text == "held")
        }
    }

    @Test func whatIsHeldIsShownAgainWhenItIsAskedFor() async throws {
        try await Self.with { fixture in
            let (connection, journal, peer) = try await fixture.open { connection in
                connection.handle = { connection, octets in
                    connection.journal.note("left \(octets.count)")
                    return 0
                }
            }
            try peer.send("later")
            try await journal.wait { $0.events == ["left 5"] }
            await connection.run { connection in
                #expect(connection.heldCount == 5)
                connection.handle = { connection, octets in
                    connection.journal.note(octets)
                    return octets.count
                }
                connection.resumeInput()
                // Not from inside the call.
                #expect(connection.journal.calls == 0)
            }
            try await journal.wait { $0.text == "later" }
            await connection.run { #expect($0.heldCount == 0) }
        }
    }

    @Test func manyOctetsDoNotKeepTheOthersWaiting() async throws {
        try await Self.with { fixture in
            let (_, busy, flood) = try await fixture.open()
            let (_, quiet, peer) = try await fixture.open()
            let sender = Task.detached { try flood.send([UInt8](repeating: 1, count: 30_000_000)) }
            try await busy.wait { $0.calls > 10 }
            try peer.send("hello")
            try await quiet.wait { $0.text == "hello" }
            try await sender.value
            try await busy.wait { $0.received.count == 30_000_000 }
        }
    }

    // MARK: - Output

    @Test func whatIsWrittenDuringAnEventGoesOutTogether() async throws {
        try await Self.with { fixture in
            let (connection, _, peer) = try await fixture.open()
            await connection.run { connection in
                connection.withOutput { $0.append("head, ") }
                connection.write(([UInt8](repeating: 98, count: 20_000)).span)
                connection.withOutput { $0.append(", tail") }
                #expect(connection.isWritable)
            }
            let expected = Array("head, ".utf8) + [UInt8](repeating: 98, count: 20_000) + Array(", tail".utf8)
            #expect(try peer.receive(expected.count) == expected)
        }
    }

    @Test func whatTheKernelDoesNotTakeFollows() async throws {
        try await Self.with { fixture in
            let (connection, journal, peer) = try await fixture.open()
            let octets = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
            await connection.run { connection in
                connection.withOutput { $0.append("x") }
                connection.write(octets.span)
                #expect(!connection.isWritable)
                connection.withOutput { $0.append("y") }
                connection.endOutput()
                connection.withOutput { $0.append("not sent any more") }
            }
            #expect(journal.events == [])
            #expect(try peer.receive(4_000_000) == [120] + octets + [121])
            try await journal.wait { $0.events == ["output ended"] }
            // The other direction is still open.
            try peer.send("thanks")
            try await journal.wait { $0.text == "thanks" }
        }
    }

    @Test func anOwnerHearsWhenTheKernelTakesMore() async throws {
        try await Self.with { fixture in
            let (connection, journal, peer) = try await fixture.open()
            for round in 1...3 {
                await connection.run { $0.write([UInt8](repeating: 1, count: 1_000_000).span) }
                #expect(try peer.receive(1_000_000).count == 1_000_000)
                try await journal.wait { $0.events == Array(repeating: "output taken", count: round) }
                await connection.run { #expect($0.isWritable) }
            }
        }
    }

    @Test func whatThePeerSaidBeforeItBrokeOffIsStillReceived() async throws {
        try await Self.with { fixture in
            let (connection, journal, peer) = try await fixture.open()
            try peer.send("last words")
            peer.close()
            await connection.run { $0.write([1, 2, 3].span) }
            try await journal.wait { $0.events.last?.hasPrefix("closed") == true }
            #expect(journal.text == "last words")
        }
    }

    // MARK: - Ends

    @Test func aCloseIsToldOnceAndNothingAfterIt() async throws {
        try await Self.with { fixture in
            let (connection, journal, peer) = try await fixture.open()
            try peer.send("unread")
            await connection.run { connection in
                connection.setDeadline(connection.loop.now)
                connection.withOutput { $0.append("lost") }
                connection.close()
                connection.close()
                connection.endOutput()
                connection.resumeInput()
                connection.write([1].span)
                #expect(connection.isClosed && !connection.isWritable)
                #expect(connection.journal.events == [])
            }
            try await journal.wait { $0.events == ["closed: asked"] }
            await fixture.run { #expect($0.connections.isEmpty) }
            #expect(journal.events == ["closed: asked"])
            peer.close()
        }
    }

    @Test func anObjectCanBeOpenedAnew() async throws {
        try await Self.with { fixture in
            let (connection, journal, first) = try await fixture.open { $0.handle = { _, _ in 0 } }
            try first.send("held for the first")
            await connection.run { $0.write([UInt8](repeating: 1, count: 2_000_000).span) }
            first.close()
            try await journal.wait { $0.events.last?.hasPrefix("closed") == true }
            var ends: [CInt] = [-1, -1]
            try #require(unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0)
            let (own, second) = (ends[0], Peer(descriptor: ends[1]))
            await connection.run { connection in
                connection.handle = { connection, octets in
                    connection.journal.note(octets)
                    return octets.count
                }
                do { try connection.adopt(own) } catch { connection.journal.note("\(error)") }
                connection.withOutput { $0.append("again") }
            }
            #expect(try second.text(5) == "again")
            try second.send("new")
            try await journal.wait { $0.text == "new" }
            second.close()
        }
    }

    @Test func everythingEndsWithItsLoop() async throws {
        let fixture = try LoopFixture()
        let (_, journal, peer) = try await fixture.open()
        await fixture.stop()
        #expect(journal.events == ["closed: asked"])
        #expect(try peer.receive(1).isEmpty)
        #expect(!fixture.thread.mailbox.execute {})
        // Neither waits for ever.
        await fixture.thread.mailbox.submit {}
        await fixture.stop()
    }

    // MARK: - Time

    @Test func aDeadlineIsToldAndMovesWithEverySignOfLife() async throws {
        try await Self.with { fixture in
            let (connection, journal, peer) = try await fixture.open { connection in
                connection.handle = { connection, octets in
                    connection.journal.note(octets)
                    connection.setDeadline(connection.loop.now + Interval(.milliseconds(20)))
                    return octets.count
                }
            }
            await connection.run { $0.setDeadline($0.loop.now + Interval(.seconds(60))) }
            try peer.send("x")
            try await journal.wait { $0.events == ["deadline"] }
            #expect(journal.text == "x")
            await connection.run {
                $0.setDeadline($0.loop.now)
                $0.setDeadline(.never)
            }
            try await Task.sleep(for: .milliseconds(30))
            #expect(journal.events == ["deadline"])
        }
    }

    // MARK: - Opening and accepting

    @Test func connectionsAreAcceptedAndOpened() async throws {
        let threads = try (0..<2).map { try LoopThread(name: "test-\($0)") }
        let loops = threads.map { $0.bind { $0 } }
        let accepted = Journal()
        let acceptors = loops.map { bound in
            bound.carry { loop in
                Acceptor(loop: loop) { descriptor, source in
                    let connection = ScriptedConnection(loop: loop, journal: accepted)
                    connection.handle = { connection, octets in
                        connection.write(octets)
                        return octets.count
                    }
                    do { try connection.adopt(descriptor) } catch { accepted.note("\(error)") }
                    accepted.note(source.map { "\($0.address)" } ?? "nowhere")
                }
            }
        }
        for thread in threads { try thread.start() }
        let listener = try Listener.bind(
            Endpoint(IPAddress(v4: 0x7f00_0001), port: 0),
            options: [.noDelay],
            loops: acceptors
        )
        #expect(listener.endpoint.port != 0)
        listener.start()
        let endpoint = listener.endpoint
        let journals = (0..<20).map { _ in Journal() }
        for journal in journals {
            await threads[0].mailbox.submit {
                let connection = ScriptedConnection(loop: loops[0].value, journal: journal)
                connection.whenOpened = { $0.withOutput { $0.append("ho") } }
                do { try connection.connect(to: endpoint) } catch { journal.note("\(error)") }
                // Waits until there is a connection.
                connection.withOutput { $0.append("ec") }
            }
        }
        for journal in journals { try await journal.wait { $0.text == "echo" } }
        #expect(accepted.events == Array(repeating: "127.0.0.1", count: 20))
        // One loop has those that were opened, so most of those accepted went to the other.
        #expect(threads[1].mailbox.load > 0)
        await listener.pause()
        // Connections wait in the kernel now.
        let late = Journal()
        await threads[0].mailbox.submit {
            let connection = ScriptedConnection(loop: loops[0].value, journal: late)
            connection.whenOpened = { $0.withOutput { $0.append("late") } }
            do { try connection.connect(to: endpoint) } catch { late.note("\(error)") }
        }
        try await late.wait { $0.events == ["opened"] }
        #expect(accepted.events.count == 20)
        listener.start()
        try await late.wait { $0.text == "late" }
        await listener.close()
        let refused = Journal()
        await threads[0].mailbox.submit {
            let connection = ScriptedConnection(loop: loops[0].value, journal: refused)
            do { try connection.connect(to: endpoint) } catch { refused.note("\(error)") }
        }
        try await refused.wait { $0.events == ["Connection refused"] || $0.events == ["closed: notOpened(111)"] }
        for thread in threads { await thread.mailbox.stop() }
    }

    @Test func aPortThatIsTakenIsAnError() async throws {
        let first = try Listener.bind(Endpoint(IPAddress(v4: 0x7f00_0001), port: 0), options: [], loops: [])
        let error = #expect(throws: SocketError.self) {
            _ = try Listener.bind(first.endpoint, options: [], loops: [])
        }
        #expect(error?.description == "Address already in use")
        await first.close()
    }
}
