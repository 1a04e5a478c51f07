import Addressing
import DNSWire

/// All zones in the form that queries read: the name index and every answer rendered. Never changed once made.
package final class ZoneData: Sendable {
    /// What a reader keeps beside this object, to count no reference: the place of the parts, so that handing it on
    /// copies one word.
    @safe
    package struct View: @unchecked Sendable {
        // Never written after it is made, and freed with the object that every reader keeps alive.
        fileprivate let parts: UnsafeMutablePointer<Parts>

        var index: NameIndex { @inline(__always) get { unsafe parts.pointee.index } }
        package var templates: TemplateStore { @inline(__always) get { unsafe parts.pointee.templates } }
        var entries: FlatArray<Entry> { @inline(__always) get { unsafe parts.pointee.entries } }
        var zones: FlatArray<ZoneEntry> { @inline(__always) get { unsafe parts.pointee.zones } }
        var dnames: FlatArray<DNAMERecord> { @inline(__always) get { unsafe parts.pointee.dnames } }
        /// Whether any zone has an access list.
        var isRestricted: Bool { @inline(__always) get { unsafe parts.pointee.isRestricted } }
    }

    /// The parts as plain values.
    fileprivate struct Parts {
        let index: NameIndex
        let templates: TemplateStore
        let entries: FlatArray<Entry>
        let zones: FlatArray<ZoneEntry>
        let dnames: FlatArray<DNAMERecord>
        let isRestricted: Bool
    }

    package let view: View
    /// Where steered answers are rendered; the entries of steered names point here.
    let slots: [SteerSlot]
    /// Who may ask for the zones that are not for everyone.
    let accessLists: [[IPPrefix]]
    /// Where the parts of each zone are, in the order of the zones, and after the last where they end.
    let extents: FlatArray<ZoneExtent>
    /// The DS RRsets of zones that are served with the zone around them.
    let signers: [DelegationSigner]

    init(_ compiler: inout ZoneCompiler) {
        let parts = Parts(
            index: compiler.index.freeze(),
            templates: compiler.templates.freeze(),
            entries: compiler.entries.freeze(),
            zones: FlatArray(compiler.zones),
            dnames: FlatArray(compiler.dnames),
            isRestricted: !compiler.accessLists.isEmpty
        )
        let place = UnsafeMutablePointer<Parts>.allocate(capacity: 1)
        unsafe place.initialize(to: parts)
        view = unsafe View(parts: place)
        slots = compiler.slots
        accessLists = compiler.accessLists
        extents = FlatArray(compiler.extents)
        signers = compiler.signers
    }

    deinit {
        view.index.deallocate()
        view.templates.deallocate()
        view.entries.deallocate()
        view.zones.deallocate()
        view.dnames.deallocate()
        unsafe view.parts.deallocate()
        extents.deallocate()
    }

    /// What it holds and takes, for the log.
    package var summary: Summary {
        let (index, templates) = (view.index, view.templates)
        let octets =
            index.slots.count * MemoryLayout<NameIndex.Slot>.stride + index.nodes.count * MemoryLayout<Node>.stride
            + index.branches.count * MemoryLayout<Branch>.stride + index.names.count
            + templates.size + view.entries.count * MemoryLayout<Entry>.stride + view.zones.count
            * MemoryLayout<ZoneEntry>.stride
            + extents.count * MemoryLayout<ZoneExtent>.stride
        return Summary(
            zones: view.zones.count,
            names: index.nodes.count,
            answers: templates.count,
            octets: octets
        )
    }

    /// Counts of a compiled set of zones.
    package struct Summary: Hashable, Sendable {
        /// Zones served.
        package var zones: Int
        /// Owner names, empty non-terminals included.
        package var names: Int
        /// Rendered answers.
        package var answers: Int
        /// Octets of memory.
        package var octets: Int
    }
}
