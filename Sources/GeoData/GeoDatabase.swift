package import Addressing
import CMaxMindDB
package import Geography
import Glibc

/// A geographic database in MaxMind format, mapped into memory and read only.
///
/// Any file with the layout of GeoLite2, GeoIP2 or DB-IP serves: Country, City, Enterprise, ASN or ISP. Of each record
/// it reads `continent.code`, `country.iso_code` (or `registered_country`), `subdivisions`, `location` and
/// `autonomous_system_number`; what a record lacks stays unknown, save that a country without coordinates gets those of
/// ``Country``.
///
/// The file is a binary search tree over address bits, whose leaves point into a data section. Opening, checking and
/// decoding are libmaxminddb's; the tree is read in place by ``SearchTree``. In an IPv6 database the IPv4 addresses are
/// the ones below `::/96`.
///
/// Replace a file that is in use by renaming a new one over it; the pages of a file cut short in place are lost to
/// whoever has it mapped.
@safe package final class GeoDatabase: @unchecked Sendable {
    // The library writes to the handle in `MMDB_open` and `MMDB_close` only, which are in `init` and `deinit`.
    let handle: UnsafeMutablePointer<MMDB_s>
    let tree: SearchTree
    /// The path it was opened by.
    package let path: String
    /// What the file says of itself.
    package let metadata: GeoDatabaseMetadata
    /// The tree value that all IPv4 addresses are below: the root in an IPv4 database, else what is at `::/96`.
    let ipv4Root: UInt32

    /// Opens and checks the database at `path`.
    ///
    /// - Throws: ``GeoDatabaseError/cannotOpen(path:reason:)``, ``GeoDatabaseError/corrupt(path:reason:)``, or
    ///   ``GeoDatabaseError/noLocations(path:type:)`` for a database about something else than where networks are.
    package init(path: String) throws(GeoDatabaseError) {
        let handle = UnsafeMutablePointer<MMDB_s>.allocate(capacity: 1)
        unsafe handle.initialize(to: MMDB_s())
        let status = unsafe MMDB_open(path, UInt32(MMDB_MODE_MMAP), handle)
        guard status == MMDB_SUCCESS else {
            let systemError = errno
            unsafe handle.deallocate()
            throw status == MMDB_FILE_OPEN_ERROR || status == MMDB_IO_ERROR
                ? .cannotOpen(path: path, reason: unsafe String(cString: strerror(systemError)))
                : .corrupt(path: path, reason: libraryText(status))
        }
        unsafe self.handle = handle
        self.path = path
        let database = unsafe handle.pointee
        metadata = unsafe GeoDatabaseMetadata(database.metadata)
        unsafe tree = SearchTree(
            bytes: UnsafeRawBufferPointer(start: database.file_content, count: max(0, database.file_size)),
            nodeCount: database.metadata.node_count,
            recordBits: Int(database.metadata.record_size)
        )
        ipv4Root = tree.isValid && metadata.ipVersion == 6 ? tree.value(below: 0, zeroBits: 96) : 0
        guard tree.isValid, metadata.ipVersion == 4 || metadata.ipVersion == 6 else {
            throw corrupt("the metadata contradict the size of the file")
        }
        guard try hasLocations() else { throw .noLocations(path: path, type: metadata.type) }
    }

    deinit {
        unsafe MMDB_close(handle)
        unsafe handle.deallocate()
    }

    // MARK: - Lookup

    /// The network that `address` belongs to and where it is.
    ///
    /// An IPv6 address that embeds an IPv4 address is looked up as that one, and so the network is an IPv4 network: see
    /// `IPAddress.embeddedIPv4`. Decodes the record anew each time; a table for many lookups is made with
    /// ``forEachNetwork(_:)``.
    ///
    /// - Returns: for an address the database does not know, ``Location/unknown`` and the largest network around it
    ///   that it does not know.
    /// - Throws: ``GeoDatabaseError/corrupt(path:reason:)`` when the tree or the record is damaged.
    package func lookup(_ address: IPAddress) throws(GeoDatabaseError) -> (prefix: IPPrefix, location: Location) {
        let (prefix, offset) = try find(address)
        return (prefix, try offset.map { offset throws(GeoDatabaseError) in try location(at: offset) } ?? .unknown)
    }

    /// The network of `address` and the offset of its record in the data section, `nil` when it has none.
    func find(_ address: IPAddress) throws(GeoDatabaseError) -> (prefix: IPPrefix, offset: UInt32?) {
        let address = address.folded
        var depth = 0
        var value = address.family == .v4 ? ipv4Root : 0
        let width = address.family.bitWidth
        if address.family == .v6 {
            // The rest of ::/96 are the IPv4 addresses again, which IPv6 clients such as ::1 must not be taken for.
            if metadata.ipVersion == 4 { value = tree.nodeCount }
            if address.bits >> 32 == 0 { (value, depth) = (tree.nodeCount, 96) }
        }
        while value < tree.nodeCount {
            guard depth < width else { throw corrupt("the search tree is deeper than an address is long") }
            value = tree.child(of: value, bit: Int(truncatingIfNeeded: address.bits >> UInt128(width - 1 - depth)) & 1)
            depth += 1
        }
        guard let prefix = IPPrefix(address, length: depth) else { throw corrupt("a network is too long") }
        return (prefix, value == tree.nodeCount ? nil : try dataOffset(of: value))
    }

    /// The offset in the data section that a leaf of the tree stands for.
    func dataOffset(of value: UInt32) throws(GeoDatabaseError) -> UInt32 {
        // The data section starts 16 octets after the tree, and those count in the value.
        let (offset, underflow) = (value &- tree.nodeCount).subtractingReportingOverflow(16)
        guard !underflow, unsafe offset < handle.pointee.data_section_size else {
            throw corrupt("the search tree points outside the data section")
        }
        return offset
    }

    /// The error that this file is damaged.
    func corrupt(_ reason: String) -> GeoDatabaseError { .corrupt(path: path, reason: reason) }

    /// Whether the first networks tell anything of where they are; a database without any network does no harm.
    private func hasLocations() throws(GeoDatabaseError) -> Bool {
        var seen = 0
        var found = false
        for family in [IPAddress.Family.v4, .v6] where !found {
            try walk(family) { (_, offset) throws(GeoDatabaseError) in
                seen += 1
                found = try location(at: offset) != .unknown
                return !found && seen < 1000
            }
        }
        return found || seen == 0
    }
}

/// The library's words for a status.
func libraryText(_ status: CInt) -> String {
    unsafe MMDB_strerror(status).map { unsafe String(cString: $0) } ?? "error \(status)"
}
