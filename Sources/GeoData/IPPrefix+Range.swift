import Addressing

extension IPPrefix {
    /// Calls `body` with the fewest networks that together are the addresses `first...last`, in order.
    ///
    /// - Parameters:
    ///   - first: the first address.
    ///   - last: the last address, of the same family and not before `first`; otherwise there are no networks.
    static func forEach(from first: IPAddress, through last: IPAddress, _ body: (IPPrefix) -> Void) {
        guard first.family == last.family, first.bits <= last.bits else { return }
        let width = first.family.bitWidth
        var start = first.bits
        while true {
            // As many host bits as the start has zeros at its end and as do not lead past the last address.
            var hostBits = min(start.trailingZeroBitCount, width)
            let distance = last.bits - start
            let fitting = distance == .max ? 128 : 127 - (distance + 1).leadingZeroBitCount
            hostBits = min(hostBits, fitting)
            let address = first.family == .v4 ? IPAddress(v4: UInt32(truncatingIfNeeded: start)) : IPAddress(v6: start)
            if let prefix = IPPrefix(address, length: width - hostBits) { body(prefix) }
            let step = hostBits == 128 ? 0 : UInt128(1) << UInt128(hostBits)
            guard step != 0, distance >= step else { return }
            start += step
        }
    }
}
