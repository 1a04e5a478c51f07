/// A value of a MaxMind database's data section: the types that geographic records and the metadata are made of.
package indirect enum MMDBValue: Hashable, Sendable {
    /// Values by name; written in the order of the names, so that equal maps are equal octets.
    case map([String: MMDBValue])
    /// Values in order.
    case array([MMDBValue])
    /// UTF-8 text.
    case string(String)
    /// An IEEE 754 number of 64 bits.
    case double(Double)
    /// An unsigned number of at most 16 bits.
    case uint16(UInt16)
    /// An unsigned number of at most 32 bits.
    case uint32(UInt32)
    /// An unsigned number of at most 64 bits.
    case uint64(UInt64)
}

extension MMDBValue: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
    ExpressibleByFloatLiteral
{
    package init(stringLiteral text: String) { self = .string(text) }
    package init(floatLiteral number: Double) { self = .double(number) }
    package init(arrayLiteral elements: MMDBValue...) { self = .array(elements) }
    /// A map; of equal names the last counts.
    package init(dictionaryLiteral elements: (String, MMDBValue)...) {
        self = .map(Dictionary(elements, uniquingKeysWith: { $1 }))
    }
}
