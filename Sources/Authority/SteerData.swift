import Addressing
import DNSWire
package import Steering

/// The answers of the steered names as health stands: every variant rendered, and how a client finds its own.
///
/// Made again whenever health changes; the zones it belongs to stay as they are.
package final class SteerData: Sendable {
    /// Where the variants of one slot are.
    struct Slot: BitwiseCopyable, Sendable {
        /// Index into the fleet's rules.
        var rule: UInt32
        /// The first of the slot's variants; they are in the order of the rule's answers.
        var firstVariant: UInt32
    }

    /// The parts as plain values, for a reader that keeps this object alive.
    struct View: Sendable {
        let templates: TemplateStore
        let slots: FlatArray<Slot>
        /// Template numbers.
        let variants: FlatArray<UInt32>
        let decisions: SteeringDecisions

        /// The template for a client, and the scope that its answer holds for.
        @inline(__always)
        func choose(_ slot: UInt32, for client: IPAddress) -> (template: UInt32, scope: UInt8) {
            let slot = slots[slot]
            let resolution = decisions.resolve(rule: Int(slot.rule), client)
            let template = variants[Int(slot.firstVariant) + resolution.answer]
            return (template, UInt8(truncatingIfNeeded: resolution.scope))
        }
    }

    let view: View
    /// What was decided for every rule.
    package let decisions: SteeringDecisions

    /// Renders the steered answers of `zones` as `decisions` has them.
    ///
    /// - Throws: ``ZoneCompileError`` when an answer passes 65535 octets.
    package init(_ zones: ZoneData, _ decisions: SteeringDecisions) throws(ZoneCompileError) {
        var builder = TemplateBuilder()
        var writer = TemplateWriter()
        var slots: [Slot] = []
        var variants: [UInt32] = []
        for slot in zones.slots {
            slots.append(Slot(rule: UInt32(slot.rule), firstVariant: UInt32(variants.count)))
            let rule = decisions.map.fleet.rules[slot.rule]
            for answer in decisions.answers(of: rule) {
                writer.render(
                    slot,
                    addresses: slot.type == .a ? answer.v4 : answer.v6,
                    ttl: decisions.lifetime(of: answer, rule, limit: slot.ttl).seconds
                )
                guard let template = builder.add(writer) else {
                    let owner = DomainName(validated: slot.question)
                    throw ZoneCompileError(owner: owner, kind: .answerTooLong(slot.type))
                }
                variants.append(template)
            }
        }
        view = View(
            templates: builder.freeze(),
            slots: FlatArray(slots),
            variants: FlatArray(variants),
            decisions: decisions
        )
        self.decisions = decisions
    }

    deinit {
        view.templates.deallocate()
        view.slots.deallocate()
        view.variants.deallocate()
    }
}

extension TemplateWriter {
    /// Renders one variant of a steered answer: the aliases that lead to it, then the addresses or, when there are
    /// none, the SOA of NODATA, which health makes shorter as it does addresses.
    mutating func render(_ slot: SteerSlot, addresses: [IPAddress], ttl: UInt32) {
        begin(question: slot.question[...], isShifting: slot.isShifting)
        append(slot.aliases)
        let owner = slot.aliases.last.map { Owner.name($0.target[...]) } ?? .queryName
        for address in addresses {
            append(owner, type: slot.type, ttl: ttl, rdata: address.octets[...], in: .answer)
        }
        guard addresses.isEmpty else { return }
        var soa = slot.soa
        if ttl < slot.ttl { soa.ttl = min(soa.ttl, ttl) }
        append(soa: soa)
    }
}
