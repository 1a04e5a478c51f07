import Glibc

/// Where the EDNS Client Subnet option of a query (RFC 7871) comes from.
enum SubnetSource {
    /// No option is sent.
    case none
    /// Random public IPv4 networks of 24 bits.
    case random
    /// Options ready to be sent, drawn evenly.
    case list([[UInt8]])

    /// The largest option in octets: an IPv6 address of 128 bits.
    static let maximumLength = 24

    /// Reads networks, `ADDRESS/LENGTH`, one a line.
    init(file: String) throws(UsageError) {
        var options: [[UInt8]] = []
        for line in try TextFile.lines(file) {
            guard let option = Self.option(line) else { throw UsageError("'\(line)' in \(file) is no network") }
            options.append(option)
        }
        guard !options.isEmpty else { throw UsageError("\(file) has no networks") }
        self = .list(options)
    }

    /// The option for a network: code, length, family, source and scope prefix-length, the octets that the prefix needs.
    static func option(_ network: String) -> [UInt8]? {
        let parts = network.split(separator: "/")
        guard parts.count == 2, let length = Int(parts[1]), length >= 0 else { return nil }
        let isV6 = parts[0].contains(":")
        guard length <= (isV6 ? 128 : 32) else { return nil }
        var address = [UInt8](repeating: 0, count: 16)
        let status = unsafe inet_pton(isV6 ? AF_INET6 : AF_INET, String(parts[0]), &address)
        guard status == 1 else { return nil }
        var prefix = Array(address.prefix((length + 7) / 8))
        // Bits past the prefix are zero (RFC 7871 section 6).
        if length % 8 != 0, let last = prefix.popLast() { prefix.append(last & ~(0xFF >> UInt8(length % 8))) }
        return [0, 8, 0, UInt8(4 + prefix.count), 0, isV6 ? 2 : 1, UInt8(length), 0] + prefix
    }

    /// Writes an option.
    ///
    /// - Parameter room: at least ``maximumLength`` octets.
    /// - Returns: the octets written; 0 when queries have none.
    @inline(__always)
    func write(_ random: inout RandomSource, to room: UnsafeMutablePointer<UInt8>) -> Int {
        switch self {
        case .none: return 0
        case .random:
            var network: UInt32
            repeat { network = UInt32(truncatingIfNeeded: random.next() >> 40) } while !Self.isPublic(network)
            unsafe UnsafeMutableRawPointer(room).storeBytes(
                of: UInt64(0x0008_0007_0001_1800).bigEndian,
                as: UInt64.self
            )
            unsafe room[8] = UInt8(truncatingIfNeeded: network >> 16)
            unsafe room[9] = UInt8(truncatingIfNeeded: network >> 8)
            unsafe room[10] = UInt8(truncatingIfNeeded: network)
            return 11
        case .list(let options):
            let option = options[random.below(options.count)]
            for (index, octet) in option.enumerated() { unsafe room[index] = octet }
            return option.count
        }
    }

    /// Whether a /24 is outside the special-purpose networks (RFC 6890) and multicast.
    ///
    /// - Parameter network: the first 24 bits of the address.
    static func isPublic(_ network: UInt32) -> Bool {
        let first = network >> 16
        let second = network >> 8 & 0xFF
        switch first {
        case 0, 10, 127, 224...: return false
        case 100: return !(64...127).contains(second)
        case 169: return second != 254
        case 172: return !(16...31).contains(second)
        case 192: return second != 168 && network != 0xC0_00_00 && network != 0xC0_00_02 && network != 0xC0_58_63
        case 198: return !(18...19).contains(second) && network != 0xC6_33_64
        case 203: return network != 0xCB_00_71
        default: return true
        }
    }
}
