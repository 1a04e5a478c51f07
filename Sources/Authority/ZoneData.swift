import Addressing
import DNSWire

/// All zones in the form that queries read: the name index and every answer rendered. Never changed once made.
package final class ZoneData: Sendable {
    /// The parts as plain values, for a reader that keeps this object alive and wants to count no reference.
    struct View: Sendable {
        let index: NameIndex
        let templates: TemplateStore
        let entries: FlatArray<Entry>
        let zones: FlatArray<ZoneEntry>
        let dnames: FlatArray<DNAMERecord>
        /// Whether any zone has an access list.
        let isRestricted: Bool
    }

    let view: View
    /// Where steered answers are rendered; the entries of steered names point here.
    let slots: [SteerSlot]
    /// Who may ask for the zones that are not for everyone.
    let accessLists: [[IPPrefix]]
    /// Where the parts of each zone are, in the order of the zones, and after the last where they end.
    let extents: FlatArray<ZoneExtent>
    /// The DS RRsets of zones that are served with the zone around them.
    let signers: [DelegationSigner]

    init(_ compiler: inout ZoneCompiler) {
        view = View(
            index: compiler.index.freeze(),
            templates: compiler.templates.freeze(),
            entries: compiler.entries.freeze(),
            zones: FlatArray(compiler.zones),
            dnames: FlatArray(compiler.dnames),
            isRestricted: !compiler.accessLists.isEmpty
        )
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
