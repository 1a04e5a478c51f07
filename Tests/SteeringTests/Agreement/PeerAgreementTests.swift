import DNSWire
import Testing

@testable import Steering

/// What name servers make of each other's word, on a clock that is moved by hand.
@Suite struct PeerAgreementTests {
    private let region: DomainName
    private let start = ContinuousClock.now

    init() throws { region = try Samples.name("east") }

    /// A row of the table: own checks and what the others say (`+` up, `-` down, `?` nothing known, `x` no answer), and
    /// what is made of it by who had the region in, and by who had it out.
    struct Row: Sendable, CustomTestStringConvertible {
        var need: PeerAgreement.Need
        var own: Bool
        var others: String
        var ifIn: Bool
        var ifOut: Bool

        var testDescription: String { "\(need) own \(own ? "+" : "-") others \(others)" }

        init(_ need: PeerAgreement.Need, _ own: Bool, _ others: String, ifIn: Bool, ifOut: Bool) {
            (self.need, self.own, self.others, self.ifIn, self.ifOut) = (need, own, others, ifIn, ifOut)
        }
    }

    static let rows = [
        // Who sees it up has it in, whatever others say or do not say.
        Row(.majority, true, "--", ifIn: true, ifOut: true),
        Row(.majority, true, "xx", ifIn: true, ifOut: true),
        Row(.count(3), true, "--", ifIn: true, ifOut: true),
        // Two of three decide.
        Row(.majority, false, "--", ifIn: false, ifOut: false),
        Row(.majority, false, "-+", ifIn: false, ifOut: false),
        Row(.majority, false, "++", ifIn: true, ifOut: true),
        // One is gone: two are still most of three, and must be of one mind.
        Row(.majority, false, "-x", ifIn: false, ifOut: false),
        Row(.majority, false, "+x", ifIn: true, ifOut: false),
        // Both are gone, or know nothing: all stays as it is.
        Row(.majority, false, "xx", ifIn: true, ifOut: false),
        Row(.majority, false, "??", ifIn: true, ifOut: false),
        Row(.majority, false, "x?", ifIn: true, ifOut: false),
        // Two alone.
        Row(.majority, false, "-", ifIn: false, ifOut: false),
        Row(.majority, false, "+", ifIn: true, ifOut: false),
        Row(.majority, false, "x", ifIn: true, ifOut: false),
        // Two of five who are cut off together are not most of five.
        Row(.majority, false, "-xxx", ifIn: true, ifOut: false),
        Row(.majority, false, "--xx", ifIn: false, ifOut: false),
        Row(.majority, false, "--++", ifIn: false, ifOut: false),
        Row(.majority, false, "-+++", ifIn: true, ifOut: true),
        // A number.
        Row(.count(3), false, "-+", ifIn: true, ifOut: false),
        Row(.count(3), false, "--", ifIn: false, ifOut: false),
        Row(.count(1), false, "++", ifIn: false, ifOut: true),
        Row(.count(9), false, "--", ifIn: false, ifOut: false),
        Row(.count(0), false, "x", ifIn: false, ifOut: false),
    ]

    private func others(_ text: String) -> [[DomainName: Bool]?] {
        text.map { letter in
            switch letter {
            case "+": [region: true]
            case "-": [region: false]
            case "?": [:]
            default: nil
            }
        }
    }

    /// Whether the region is in the answers.
    private func isIn(
        _ agreement: inout PeerAgreement,
        _ own: Bool,
        _ others: String,
        after seconds: Double = 0
    ) -> Bool {
        let outcome = agreement.decide(own: [region: own], others: self.others(others), at: start + .seconds(seconds))
        #expect(!own || outcome.kept.isEmpty)
        return own || outcome.kept[region] != nil
    }

    @Test(arguments: rows)
    func `the table`(row: Row) {
        let none = String(row.others.map { _ in "-" })
        var agreement = PeerAgreement(need: row.need, hold: .seconds(300))
        _ = isIn(&agreement, true, none)
        #expect(isIn(&agreement, row.own, row.others, after: 1) == row.ifIn)
        agreement = PeerAgreement(need: row.need, hold: .seconds(300))
        // Seen down the first time, it was never in.
        #expect(!isIn(&agreement, false, none))
        #expect(isIn(&agreement, row.own, row.others, after: 1) == row.ifOut)
    }

    @Test func `alone, states are kept for a time, counted from when the others were lost`() {
        var agreement = PeerAgreement(need: .majority, hold: .seconds(300))
        #expect(isIn(&agreement, true, "++"))
        #expect(isIn(&agreement, true, "xx", after: 10))
        #expect(isIn(&agreement, false, "xx", after: 200))
        #expect(isIn(&agreement, false, "xx", after: 309))
        #expect(!isIn(&agreement, false, "xx", after: 310))
        // What the checks say holds until others are there again.
        #expect(isIn(&agreement, true, "xx", after: 320))
        #expect(!isIn(&agreement, false, "xx", after: 330))
        #expect(isIn(&agreement, false, "++", after: 340))
        #expect(isIn(&agreement, false, "xx", after: 350))
    }

    @Test func `alone, an order or a region that nobody else knows ends the keeping`() {
        var agreement = PeerAgreement(need: .majority, hold: .seconds(300))
        #expect(isIn(&agreement, true, "x"))
        #expect(isIn(&agreement, false, "x", after: 1))
        agreement.standAlone()
        #expect(!isIn(&agreement, false, "x", after: 2))
        agreement = PeerAgreement(need: .majority, hold: .seconds(300))
        #expect(isIn(&agreement, true, "?"))
        #expect(isIn(&agreement, false, "?", after: 1))
        #expect(isIn(&agreement, false, "?", after: 300))
        #expect(!isIn(&agreement, false, "?", after: 302))
    }

    @Test func `a restart while alone keeps what was kept`() {
        var agreement = PeerAgreement(need: .majority, hold: .seconds(300))
        _ = agreement.decide(own: [region: true], others: [nil], at: start)
        let outcome = agreement.decide(own: [region: false], others: [nil], at: start + .seconds(10))
        let freeze = agreement.freeze(outcome)
        #expect(freeze?.held == [region] && freeze?.until == start + .seconds(300))
        agreement = PeerAgreement(need: .majority, hold: .seconds(300), restoring: freeze)
        #expect(isIn(&agreement, false, "x", after: 20))
        #expect(isIn(&agreement, false, "x", after: 299))
        #expect(!isIn(&agreement, false, "x", after: 300))
    }

    /// Of three name servers one lies as it likes: it takes no region out that the others see up, and keeps none in that
    /// they see down.
    @Test(arguments: 0..<30 as Range<UInt64>)
    func `one liar of three decides nothing alone`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var agreement = PeerAgreement(need: .majority, hold: .seconds(300))
        #expect(isIn(&agreement, true, "++"))
        for second in 1...500 {
            let isUp = second / 50 % 2 == 0
            let lie = ["+", "-", "?", "x"].randomElement(using: &generator) ?? "x"
            #expect(isIn(&agreement, isUp, (isUp ? "+" : "-") + lie, after: Double(second)) == isUp)
        }
    }

    /// Three name servers with the regions' real states, each sometimes cut off from them, or from the others.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func `one that is cut off answers as the others do`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let regions = try (0..<5).map { try Samples.name("r\($0)") }
        var nodes = (0..<3).map { _ in PeerAgreement(need: .majority, hold: .seconds(300)) }
        var real = Dictionary(uniqueKeysWithValues: regions.map { ($0, true) })
        let blind = Int.random(in: 0..<3, using: &generator)
        let hearsOthers = Bool.random(using: &generator)
        var frozenStates = real
        for second in 0..<400 {
            let isCutOff = (100..<300).contains(second)
            if second.isMultiple(of: 20), let region = regions.randomElement(using: &generator) {
                real[region]?.toggle()
            }
            if second == 99 { frozenStates = real }
            let views = (0..<3).map { $0 == blind && isCutOff ? real.mapValues { _ in false } : real }
            for node in 0..<3 {
                let others = (0..<3).filter { $0 != node }.map { other -> [DomainName: Bool]? in
                    let isHeard = hearsOthers || !isCutOff || node != blind && other != blind
                    return isHeard ? views[other] : nil
                }
                let outcome = nodes[node].decide(own: views[node], others: others, at: start + .seconds(second))
                for region in regions {
                    let isIn = views[node][region] == true || outcome.kept[region] != nil
                    if node == blind, isCutOff, !hearsOthers {
                        // It holds what was agreed last; what others have let in since it cannot know.
                        #expect(isIn == frozenStates[region])
                    } else {
                        #expect(isIn == real[region], "node \(node) second \(second)")
                    }
                }
            }
        }
    }
}
