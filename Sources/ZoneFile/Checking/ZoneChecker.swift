/// Checks what zones mean, after their syntax was found good: the DNS's own rules, and the control records, which may
/// refer from one zone to another.
package enum ZoneChecker {
    /// The faults in the zones, for each zone at most 101, in the order of its lines.
    ///
    /// - Parameter zones: all the zones that are served together.
    package static func check(_ zones: [Zone]) -> [Finding] {
        check(zones, after: zones.map { checkStructure($0) }, hosts: HostAddresses(of: zones))
    }

    /// The faults of one zone by itself.
    static func checkStructure(_ zone: Zone) -> FindingCollector {
        var structure = StructureCheck(zone: zone, findings: FindingCollector())
        structure.run()
        return structure.findings
    }

    /// The faults of zones by themselves, and those of their control records.
    ///
    /// - Parameters:
    ///   - zones: all the zones with control records that are served together.
    ///   - structure: what ``checkStructure(_:)`` found in each.
    ///   - hosts: the addresses of the servers that pools name.
    ///   - isPartial: whether some other zone could not be read whole.
    static func check(
        _ zones: [Zone],
        after structure: [FindingCollector],
        hosts: HostAddresses,
        isPartial: Bool = false
    ) -> [Finding] {
        var control = ControlCheck(zones: zones, findings: structure, hosts: hosts, isPartial: isPartial)
        control.run()
        return zip(control.findings, zones).flatMap { $0.sorted(file: $1.sources[0].path) }
    }
}

extension FindingCollector {
    /// All findings by place, with a last one that counts those not kept.
    func sorted(file: String) -> [Finding] {
        let all = concluded(file: file)
        let kept = all.prefix(Self.limit).sorted {
            ($0.position.file, $0.position.line, $0.position.column)
                < ($1.position.file, $1.position.line, $1.position.column)
        }
        return kept + all.dropFirst(Self.limit)
    }
}

extension Finding {
    /// Whether the finding may be due to records that could not be read.
    static func isUncertain(_ code: FindingCode) -> Bool {
        switch code {
        case .noSOA, .noNS, .targetWithoutAddress, .missingGlue, .superfluousGlue, .misplacedRecord, .unknownRegion,
            .regionWithoutAddress, .emptyPool,
            .unreachableServer, .unsatisfiableFence, .regionWithoutPlace, .tooFewAddresses, .outsideFence:
            true
        default: false
        }
    }
}
