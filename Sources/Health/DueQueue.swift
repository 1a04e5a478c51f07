import NIOCore

/// Things in the order of the time when they are due: a binary heap in an array.
///
/// Times are rounded up to whole steps, so that many things become due together and wake the thread once. NIO's own
/// queue of timers is not used for them, because there every cancelled timer is searched for among all.
struct DueQueue<Item> {
    /// The steps to which times are rounded.
    static var step: TimeAmount { .milliseconds(5) }

    private var heap: [(due: NIODeadline, item: Item)] = []

    /// When the first is due.
    var first: NIODeadline? { heap.first?.due }

    /// Adds something that is due no earlier than `due`.
    mutating func add(_ item: Item, due: NIODeadline) {
        let step = UInt64(Self.step.nanoseconds)
        let rounded = NIODeadline.uptimeNanoseconds((due.uptimeNanoseconds + step - 1) / step * step)
        heap.append((rounded, item))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].due < heap[parent].due else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes out one that is due at `now`.
    mutating func popDue(at now: NIODeadline) -> Item? {
        guard let first = heap.first, first.due <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < heap.count else { break }
            let right = left + 1
            let child = right < heap.count && heap[right].due < heap[left].due ? right : left
            guard heap[child].due < heap[parent].due else { break }
            heap.swapAt(child, parent)
            parent = child
        }
        return first.item
    }

    /// Forgets everything.
    mutating func removeAll() { heap.removeAll() }
}
