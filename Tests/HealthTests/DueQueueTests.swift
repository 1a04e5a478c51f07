import NIOCore
import Testing

@testable import Health

@Suite struct DueQueueTests {
    @Test func everythingComesOutInOrderAndNotBeforeItIsDue() {
        var queue = DueQueue<Int64>()
        let times = (0..<1000).map { _ in Int64.random(in: 0...1_000_000_000) }
        for time in times { queue.add(time, due: .uptimeNanoseconds(UInt64(time))) }
        var popped: [Int64] = []
        for now in stride(from: Int64(0), through: 1_010_000_000, by: 2_500_000) {
            while let time = queue.popDue(at: .uptimeNanoseconds(UInt64(now))) {
                #expect(time <= now && now - time < 2 * DueQueue<Int64>.step.nanoseconds)
                popped.append(time / DueQueue<Int64>.step.nanoseconds)
            }
        }
        #expect(popped.count == times.count)
        #expect(zip(popped, popped.dropFirst()).allSatisfy { $0 <= $1 + 1 })
        #expect(queue.first == nil)
    }
}
