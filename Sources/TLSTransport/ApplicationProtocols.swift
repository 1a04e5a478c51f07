/// Names of application protocols as ALPN has them: a length octet and the name, for each (RFC 7301 section 3.1).
struct ApplicationProtocols: Sendable {
    /// The wire form without the length of the whole.
    let wire: [UInt8]

    /// The protocols in order of preference, such as `h2` and `http/1.1`.
    ///
    /// - Throws: ``TLSError/invalidProtocolList``
    init(_ names: [String]) throws(TLSError) {
        var wire: [UInt8] = []
        for name in names {
            guard let length = UInt8(exactly: name.utf8.count), length > 0 else { throw .invalidProtocolList }
            wire.append(length)
            wire.append(contentsOf: name.utf8)
        }
        guard wire.count <= Int(UInt16.max) else { throw .invalidProtocolList }
        self.wire = wire
    }
}
