/// HIP (RFC 8005 section 5), written `ALGORITHM HIT KEY SERVER...`:
///
///     +------------+-----------+------------+-----+-----+--------------------+
///     | HIT length | algorithm | key length | HIT | key | rendezvous servers |
///     |     1      |     1     |     2      |     |     | names, 0 or more   |
///     +------------+-----------+------------+-----+-----+--------------------+
enum HostIdentity {
    /// Reads the algorithm, the host identity tag in base16, the key in base64, and all remaining fields as names.
    static func parse(from scanner: inout PresentationScanner, into rdata: inout [UInt8]) throws(RDataError) {
        let algorithm: UInt8 = try scanner.number("algorithm")
        var tag: [UInt8] = []
        try scanner.encodedString("host identity tag", .base16, hyphenIsEmpty: false, into: &tag)
        let token = try scanner.next("public key")
        var key: [UInt8] = []
        var decoder = BaseEncoding.Decoder(.base64)
        guard decoder.decode(scanner.octets(of: token), into: &key), decoder.isComplete, !key.isEmpty,
            let keyLength = UInt16(exactly: key.count)
        else { throw scanner.error(.invalid("public key", expected: "base64")) }
        rdata.append(UInt8(truncatingIfNeeded: tag.count - 1))
        rdata.append(algorithm)
        rdata.append(uint16: keyLength)
        rdata.append(contentsOf: tag.dropFirst())
        rdata.append(contentsOf: key)
        while !scanner.isAtEnd { try scanner.name("rendezvous server", into: &rdata) }
    }

    /// Whether the octets are a tag, a key and whole names.
    static func isValid(_ octets: ArraySlice<UInt8>) -> Bool {
        guard let (tag, key, names) = split(octets), !tag.isEmpty, !key.isEmpty else { return false }
        var rest = names
        while !rest.isEmpty {
            guard let length = WireName.length(in: rest) else { return false }
            rest = rest.dropFirst(length)
        }
        return true
    }

    /// Appends the fields.
    static func present(_ octets: ArraySlice<UInt8>, into text: inout [UInt8]) {
        guard let (tag, key, names) = split(octets) else { return }
        text.append(decimal: octets.dropFirst().prefix(1).bigEndian)
        text.append(UInt8(ascii: " "))
        BaseEncoding.base16.encode(tag, into: &text)
        text.append(UInt8(ascii: " "))
        BaseEncoding.base64.encode(key, into: &text)
        var rest = names
        while let length = WireName.length(in: rest) {
            text.append(UInt8(ascii: " "))
            text.append(name: rest.prefix(length))
            rest = rest.dropFirst(length)
        }
    }

    private typealias Parts = (tag: ArraySlice<UInt8>, key: ArraySlice<UInt8>, names: ArraySlice<UInt8>)

    /// The three parts of variable length.
    private static func split(_ octets: ArraySlice<UInt8>) -> Parts? {
        guard octets.count >= 4, let first = octets.first else { return nil }
        let tagLength = Int(first)
        let keyLength = Int(octets.dropFirst(2).prefix(2).bigEndian)
        let rest = octets.dropFirst(4)
        guard rest.count >= tagLength + keyLength else { return nil }
        let afterTag = rest.dropFirst(tagLength)
        return (rest.prefix(tagLength), afterTag.prefix(keyLength), afterTag.dropFirst(keyLength))
    }
}
