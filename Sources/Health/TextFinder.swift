/// Looks for octets in a text that comes in parts.
struct TextFinder {
    /// Whether they have occurred; at once when there are none to look for.
    private(set) var isFound: Bool

    private let wanted: [UInt8]
    /// The end of the text so far: fewer octets than are wanted, and what is being looked at.
    private var tail: [UInt8] = []

    init(_ wanted: [UInt8]) {
        self.wanted = wanted
        isFound = wanted.isEmpty
    }

    /// Begins with another text.
    mutating func reset() {
        tail = []
        isFound = wanted.isEmpty
    }

    /// Looks at more of the text.
    mutating func append(_ part: some Sequence<UInt8>) {
        guard !isFound, let first = wanted.first else { return }
        tail += part
        var start = 0
        while start + wanted.count <= tail.count {
            if tail[start] == first, tail[start..<start + wanted.count].elementsEqual(wanted) {
                isFound = true
                tail = []
                return
            }
            start += 1
        }
        tail.removeFirst(start)
    }
}
