/// Writes values in the encoding of the MaxMind DB 2.0 data section.
///
/// A value is a control octet, for the later types an octet with the type less 7, up to three octets of further size,
/// and the payload:
///
///     type 3 bits | size 5 bits        size 29, 30, 31: 1, 2, 3 more octets follow
///     001 | n 2 bits | 3 bits          a pointer of n + 1 octets more, from the start of the section
struct MMDBEncoder {
    /// The section so far.
    private(set) var bytes: [UInt8] = []
    private var offsets: [MMDBValue: Int] = [:]
    private let sharesValues: Bool

    /// The numbers of the types.
    private enum TypeCode: UInt8 {
        case string = 2
        case double = 3
        case uint16 = 5
        case uint32 = 6
        case map = 7
        case uint64 = 9
        case array = 11
    }

    /// - Parameter sharesValues: whether a value met again becomes a pointer to the first one.
    init(sharesValues: Bool) { self.sharesValues = sharesValues }

    /// Writes a value that the search tree or a reader is going to point at.
    ///
    /// - Returns: its offset, that of an equal value written before if there is one.
    mutating func append(_ value: MMDBValue) -> Int {
        if let known = offsets[value] { return known }
        let start = bytes.count
        offsets[value] = start
        write(value)
        return start
    }

    /// Writes a value inside another one, or a pointer where that is shorter: there are no pointers to pointers, for
    /// `offsets` knows the places of values only.
    private mutating func appendNested(_ value: MMDBValue) {
        guard sharesValues, Self.deservesPointer(value) else { return write(value) }
        if let known = offsets[value] { return writePointer(to: known) }
        offsets[value] = bytes.count
        write(value)
    }

    /// Whether a value takes more octets than a pointer near the start of the section.
    private static func deservesPointer(_ value: MMDBValue) -> Bool {
        switch value {
        case .string(let text): text.utf8.count > 2
        case .map, .array, .double: true
        case .uint16, .uint32, .uint64: false
        }
    }

    private mutating func write(_ value: MMDBValue) {
        switch value {
        case .map(let members):
            writeControl(.map, size: members.count)
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                appendNested(.string(name))
                appendNested(member)
            }
        case .array(let elements):
            writeControl(.array, size: elements.count)
            for element in elements { appendNested(element) }
        case .string(let text):
            writeControl(.string, size: text.utf8.count)
            bytes.append(contentsOf: text.utf8)
        case .double(let number):
            writeControl(.double, size: 8)
            writeNumber(number.bitPattern, octets: 8)
        case .uint16(let number): writeUnsigned(.uint16, UInt64(number))
        case .uint32(let number): writeUnsigned(.uint32, UInt64(number))
        case .uint64(let number): writeUnsigned(.uint64, number)
        }
    }

    /// An integer without its leading zero octets; zero has none left.
    private mutating func writeUnsigned(_ type: TypeCode, _ number: UInt64) {
        let octets = 8 - number.leadingZeroBitCount / 8
        writeControl(type, size: octets)
        writeNumber(number, octets: octets)
    }

    private mutating func writeControl(_ type: TypeCode, size: Int) {
        let (code, extra): (Int, Int) =
            switch size {
            case ..<29: (size, 0)
            case ..<285: (29, 1)
            case ..<65821: (30, 2)
            default: (31, 3)
            }
        let isExtended = type.rawValue > 7
        bytes.append((isExtended ? 0 : type.rawValue << 5) | UInt8(code))
        if isExtended { bytes.append(type.rawValue - 7) }
        let base = [0, 29, 285, 65821][extra]
        writeNumber(UInt64(size - base), octets: extra)
    }

    private mutating func writePointer(to offset: Int) {
        let (size, base): (UInt8, Int) =
            switch offset {
            case ..<2048: (0, 0)
            case ..<526_336: (1, 2048)
            case ..<134_744_064: (2, 526_336)
            default: (3, 0)
            }
        let rest = UInt64(offset - base)
        let control: UInt8 = 0b001_00_000 | size << 3
        bytes.append(size == 3 ? control : control | UInt8(truncatingIfNeeded: rest >> UInt64(8 * (Int(size) + 1))))
        writeNumber(rest, octets: Int(size) + 1)
    }

    private mutating func writeNumber(_ number: UInt64, octets: Int) {
        for index in (0..<octets).reversed() { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * index))) }
    }
}
