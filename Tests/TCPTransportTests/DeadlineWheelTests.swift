import Testing

@testable import TCPTransport

@Suite("Wheel of deadlines")
struct DeadlineWheelTests {
    private static func time(_ milliseconds: Int64) -> LoopTime { LoopTime(nanoseconds: milliseconds * 1_000_000) }

    private static func wheel(_ count: Int) -> DeadlineWheel {
        var wheel = DeadlineWheel(at: time(0))
        wheel.grow(to: count)
        return wheel
    }

    private static func due(_ wheel: inout DeadlineWheel, at milliseconds: Int64) -> [Int] {
        var due: [Int] = []
        wheel.advance(to: time(milliseconds), due: &due)
        return due.sorted()
    }

    @Test func noneIsToldTooEarlyAndNoneIsForgotten() {
        var wheel = Self.wheel(3)
        wheel.set(0, at: Self.time(10))
        wheel.set(1, at: Self.time(1000))
        wheel.set(2, at: Self.time(100_000))
        #expect(Self.due(&wheel, at: 9) == [])
        // At the latest a tick after it.
        #expect(Self.due(&wheel, at: 14) == [0])
        #expect(!wheel.isSet(0) && wheel.isSet(1))
        #expect(Self.due(&wheel, at: 999) == [])
        #expect(Self.due(&wheel, at: 1004) == [1])
        #expect(Self.due(&wheel, at: 99_999) == [])
        #expect(Self.due(&wheel, at: 100_004) == [2])
        #expect(wheel.nextLook == nil)
    }

    @Test func aDeadlineThatMovesAwayIsToldAtItsNewTime() {
        var wheel = Self.wheel(1)
        for step in Int64(0)..<100 {
            wheel.set(0, at: Self.time(step * 10 + 50))
            #expect(Self.due(&wheel, at: step * 10) == [])
        }
        #expect(Self.due(&wheel, at: 1039) == [])
        #expect(Self.due(&wheel, at: 1044) == [0])
    }

    @Test func aDeadlineThatMovesNearerIsToldThen() {
        var wheel = Self.wheel(1)
        wheel.set(0, at: Self.time(60_000))
        wheel.set(0, at: Self.time(20))
        #expect(Self.due(&wheel, at: 24) == [0])
    }

    @Test func whatIsTakenAwayIsNotTold() {
        var wheel = Self.wheel(3)
        for number in 0..<3 { wheel.set(number, at: Self.time(40)) }
        wheel.remove(1)
        wheel.set(2, at: .never)
        #expect(Self.due(&wheel, at: 50) == [0])
    }

    @Test func aLongSleepMissesNothing() {
        var wheel = Self.wheel(2000)
        for number in 0..<2000 { wheel.set(number, at: Self.time(Int64(number) * 7 + 1)) }
        #expect(Self.due(&wheel, at: 1_000_000).count == 2000)
        #expect(wheel.nextLook == nil)
    }

    /// Against a plain list, with steps of every size.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func itAgreesWithAList(seed: UInt64) {
        var state = seed
        func random(_ limit: Int64) -> Int64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64(state >> 33) % limit
        }
        let count = 200
        var wheel = Self.wheel(count)
        var list = [Int64](repeating: .max, count: count)
        var now: Int64 = 0
        for _ in 0..<5000 {
            let number = Int(random(Int64(count)))
            switch random(10) {
            case 0:
                wheel.remove(number)
                list[number] = .max
            case 1...6:
                let deadline = now + 1 + random(random(4) == 0 ? 20_000 : 300)
                wheel.set(number, at: Self.time(deadline))
                list[number] = deadline
            default:
                now += random(random(20) == 0 ? 6000 : 30)
                if let look = wheel.nextLook, let least = list.min(), least < .max {
                    #expect(look.nanoseconds <= (least + 4) * 1_000_000)
                }
                let due = Self.due(&wheel, at: now)
                for number in due {
                    #expect(list[number] <= now)
                    list[number] = .max
                }
                #expect(list.allSatisfy { $0 > now - 4 })
            }
        }
    }
}
