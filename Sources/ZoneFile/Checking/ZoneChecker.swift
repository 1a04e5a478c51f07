/// Checks what zones mean, after their syntax was found good: the DNS's own rules, and the control records, which may
/// refer from one zone to another.
package enum ZoneChecker {
    /// The faults in the zones, for each zone at most 101, in the order of its lines.
    ///
    /// - Parameter zones: all the zones that are served together.
    package static func check(_ zones: [Zone]) -> [Finding] {
        var control = ControlCheck(zones: zones)
        control.run()
        var findings: [Finding] = []
        for (index, zone) in zones.enumerated() {
            var structure = StructureCheck(zone: zone, findings: control.findings[index])
            structure.run()
            findings += structure.findings.sorted(file: zone.sources[0].path)
        }
        return findings
    }
}

extension FindingCollector {
    /// All findings by place, with a last one that counts those not kept.
    fileprivate func sorted(file: String) -> [Finding] {
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
        case .noSOA, .noNS, .targetWithoutAddress, .missingGlue, .unknownRegion, .regionWithoutAddress, .emptyPool,
            .unreachableServer, .unsatisfiableFence, .regionWithoutPlace:
            true
        default: false
        }
    }
}
