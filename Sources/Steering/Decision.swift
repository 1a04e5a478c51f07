/// What the clients of one ranking get.
struct Decision: Hashable, BitwiseCopyable, Sendable {
    /// The number, with the highest bit set for a list.
    private let bits: UInt32

    private static let listMark: UInt32 = 1 << 31

    /// All of them this answer of the rule.
    static func one(_ answer: Int) -> Decision { Decision(bits: UInt32(answer)) }

    /// Each bucket its own, by this list of the rule.
    static func split(_ list: Int) -> Decision { Decision(bits: UInt32(list) | listMark) }

    /// Whether `number` is that of a list.
    var isSplit: Bool { bits & Self.listMark != 0 }

    /// The number of an answer or of a list, from 0 in each rule.
    var number: Int { Int(bits & ~Self.listMark) }
}
