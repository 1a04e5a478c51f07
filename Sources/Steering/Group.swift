package import DNSWire

/// A steered name that other rules have among their regions: clients sent there are steered by its own rule.
///
/// To the rule that lists it a group is a candidate like a region: it is as near as the nearest of its regions, covers
/// what they cover, and can be answered while one of them can.
package struct Group: Hashable, Sendable {
    /// Its number among the candidates: the regions come first, then the groups.
    package let number: Int
    /// Index into ``Fleet/rules``.
    package let rule: Int
    /// The steered name.
    package let name: DomainName
    /// A short name for people.
    package let label: String
    /// The regions that its members come to in the end, each once.
    let regions: [Int]
    /// Every region that it can ever answer: those, and what its overrides and last resort name.
    let reach: [Int]
}

/// Finds the rules that rules need before they can be made: those of the steered names they list.
///
/// A name that leads back to itself, or through more levels than ``Fleet/maximumDepth``, is not followed.
struct GroupOrder {
    /// The rules, each after those it lists.
    private(set) var order: [Int] = []
    /// By rule: the rules that it lists, as far as they are followed.
    private(set) var listed: [Set<Int>]

    /// By rule: its levels with those below it; 0 while that is not known.
    private var depths: [Int]
    private var isOpen: [Bool]

    /// - Parameter names: by rule, the rules whose names it lists.
    init(_ names: [[Int]]) {
        listed = Array(repeating: [], count: names.count)
        depths = Array(repeating: 0, count: names.count)
        isOpen = Array(repeating: false, count: names.count)
        for rule in names.indices { visit(rule, names, level: 1) }
    }

    /// Visits a rule that `level` - 1 others lead to.
    private mutating func visit(_ rule: Int, _ names: [[Int]], level: Int) {
        guard depths[rule] == 0 else { return }
        isOpen[rule] = true
        var depth = 1
        for other in names[rule] where !isOpen[other] && level < Fleet.maximumDepth {
            visit(other, names, level: level + 1)
            guard depths[other] < Fleet.maximumDepth else { continue }
            listed[rule].insert(other)
            depth = max(depth, depths[other] + 1)
        }
        isOpen[rule] = false
        depths[rule] = depth
        order.append(rule)
    }
}
