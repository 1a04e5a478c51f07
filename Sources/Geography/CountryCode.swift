/// An ISO 3166-1 alpha-2 code of a country or territory, upper case.
package struct CountryCode: Hashable, Sendable, Comparable {
    /// The two letters, the first in the high byte, so that a code is one small integer.
    package let packed: UInt16

    /// Reads two ASCII letters in any case; that the code is assigned is not checked.
    package init?(_ text: some StringProtocol) {
        let octets = Array(text.uppercased().utf8)
        guard octets.count == 2, octets.allSatisfy({ (0x41...0x5A).contains($0) }) else { return nil }
        packed = UInt16(octets[0]) << 8 | UInt16(octets[1])
    }

    /// Reads ``packed`` back.
    ///
    /// - Returns: `nil` for a number that is not two letters.
    package init?(packed: UInt16) {
        let letters: ClosedRange<UInt16> = 0x41...0x5A
        guard letters.contains(packed >> 8), letters.contains(packed & 0xFF) else { return nil }
        self.packed = packed
    }

    package static func < (left: CountryCode, right: CountryCode) -> Bool { left.packed < right.packed }
}

extension CountryCode: CustomStringConvertible {
    package var description: String {
        String(Unicode.Scalar(UInt8(packed >> 8))) + String(Unicode.Scalar(UInt8(packed & 0xFF)))
    }
}
