import Addressing

/// A client as one names it to `explain`: an address, or a network as in EDNS Client Subnet.
struct ClientArgument {
    /// The address that is steered.
    let address: IPAddress
    let subnet: IPPrefix?

    /// Reads `203.0.113.7` or `203.0.113.0/24`.
    ///
    /// - Returns: `nil` for anything else, also for a network with bits after its prefix.
    init?(_ text: String) {
        if text.contains("/") {
            guard let subnet = IPPrefix(text) else { return nil }
            (address, self.subnet) = (subnet.address, subnet)
        } else {
            guard let address = IPAddress(text) else { return nil }
            (self.address, subnet) = (address, nil)
        }
    }
}
