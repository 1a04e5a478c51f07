/// Which clients of a region are moved when it has to send on a share of them: those who lose least before the others.
///
/// Clients stand in the order of what moving costs them, on a line from 0 to 1. A *front* goes up that line; who is
/// well below it has been moved, who is well above it has not, and over a `softness` around it the share falls evenly.
/// A sharp front would make a large group of clients follow a small change of the share.
enum SpillOrder {
    /// The width of the front.
    static let softness = 0.3

    /// The share that is moved of all clients on the line.
    ///
    /// - Parameter front: 0 for none, 1 + `softness` for all.
    static func share(front: Double) -> Double { area(front) - area(front - 1) }

    /// The share that is moved of the clients from `low` to `high` on the line.
    static func share(front: Double, from low: Double, to high: Double) -> Double {
        guard high - low > 1e-9 else { return min(max((front - low) / softness, 0), 1) }
        return min(max((area(front - low) - area(front - high)) / (high - low), 0), 1)
    }

    /// The front at which `share` of all clients is moved.
    static func front(share: Double) -> Double {
        guard share > 0 else { return 0 }
        guard share < 1 else { return 1 + softness }
        var (low, high) = (0.0, 1 + softness)
        for _ in 0..<24 {
            let middle = (low + high) / 2
            if self.share(front: middle) < share { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The integral of a share that rises from 0 at 0 to 1 at `softness`.
    private static func area(_ distance: Double) -> Double {
        if distance <= 0 { return 0 }
        return distance < softness ? distance * distance / (2 * softness) : distance - softness / 2
    }
}
