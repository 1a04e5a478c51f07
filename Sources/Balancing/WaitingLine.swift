/// A line of bounded length: first come, first served, and anyone may leave.
package struct WaitingLine<Element> {
    /// Those in line from `first` on; `nil` for who has left.
    private var places: [Element?] = []
    /// Where in `places` the line begins.
    private var head = 0
    /// The number of the ticket at the start of `places`.
    private var base = 0
    /// How many wait.
    package private(set) var count = 0

    /// An empty line.
    package init() {}

    /// Goes to the end of the line.
    ///
    /// - Returns: the ticket; `nil` when `limit` wait already.
    package mutating func join(_ element: Element, limit: Int) -> WaitingTicket? {
        guard count < limit else { return nil }
        places.append(element)
        count += 1
        return WaitingTicket(number: base + places.count - 1)
    }

    /// Leaves the line.
    ///
    /// - Returns: the one who had the ticket; `nil` when it has been served or has left.
    package mutating func leave(_ ticket: WaitingTicket) -> Element? {
        let index = ticket.number - base
        guard index >= head, index < places.count, let element = places[index] else { return nil }
        places[index] = nil
        count -= 1
        trim()
        return element
    }

    /// Serves the first in line for whom `serve` gives a result, of the first `limit`.
    package mutating func serve<Result>(upTo limit: Int, _ serve: (Element) -> Result?) -> (Element, Result)? {
        var seen = 0
        var index = head
        while index < places.count, seen < limit {
            if let element = places[index] {
                if let result = serve(element) {
                    places[index] = nil
                    count -= 1
                    trim()
                    return (element, result)
                }
                seen += 1
            }
            index += 1
        }
        return nil
    }

    /// Passes over who has left, and lets go of the storage of a line that has been served.
    private mutating func trim() {
        while head < places.count, places[head] == nil { head += 1 }
        guard head == places.count || head >= 64 && head > places.count / 2 else { return }
        places.removeFirst(head)
        base += head
        head = 0
    }
}

/// The place of one who waits in a `WaitingLine`.
package struct WaitingTicket: Hashable, Sendable {
    fileprivate let number: Int
}

extension WaitingLine: Sendable where Element: Sendable {}
