import Addressing
package import DNSWire
import Geography

extension SteerRecord {
    /// Reads the RDATA of a STEER record.
    ///
    /// - Throws: the first ``ControlRecordError``.
    package init(name: DomainName, rdata: some Collection<UInt8>) throws(ControlRecordError) {
        var fields = ControlFields(rdata: rdata)
        self.init(name: name, fields: &fields)
        try fields.throwFirst()
    }

    /// Reads the fields, leaving out those with faults, which `fields` keeps.
    init(name: DomainName, fields: inout ControlFields) {
        self.init(name: name, policy: .failover, members: [])
        var hasPolicy = false
        for field in fields.known(["policy", "region"] + SteerStrings.optionKeys, repeatable: ["region", "net"]) {
            switch field.key {
            case "policy":
                hasPolicy = true
                let known = Policy.allCases.map(\.rawValue)
                let suggestion = closestMatch(to: field.value, in: known)
                let expected =
                    suggestion.map { "did you mean '\($0)'?" } ?? "the policies are " + known.joined(separator: " ")
                policy = fields.value(field, expected) { Policy(rawValue: $0.lowercased()) } ?? policy
            case "region":
                if let member = fields.value(field, "NAME or NAME=WEIGHT with a weight from 0 to 65535", Member.init) {
                    members.append(member)
                }
            case "answers":
                answers = fields.value(field, "a number from 1 to 255") { ControlValues.integer($0, in: 1...255) }
            case "within":
                within = fields.value(field, "a time such as 5ms or a distance such as 300km", Tolerance.init)
            case "fence": fence = fields.areas(field) ?? []
            case "when-down":
                let read = fields.value(field, "all, none or the name of a region", WhenDown.init)
                whenDown = read ?? .all
            case "ttl-min":
                minimumTTL = fields.value(field, "a time of whole seconds such as 5s, at most a day") {
                    ControlValues.seconds($0)
                }
            default:
                if let override = fields.value(field, "NETWORK:REGION", NetworkOverride.init) {
                    overrides.append(override)
                }
            }
        }
        if !hasPolicy { fields.fail(.missingKey("policy"), nil) }
        if members.isEmpty, fields.errors.isEmpty { fields.fail(.missingKey("region"), nil) }
    }
}

extension SteerRecord.Member {
    /// Reads `NAME` or `NAME=WEIGHT`, the name absolute.
    fileprivate init?(text: String) {
        // A name ends with its dot here; what looks like a weight in front of that is escaped.
        guard !text.hasSuffix("."), let equals = text.lastIndex(of: "=") else {
            guard let region = ControlValues.name(text) else { return nil }
            self.init(region: region)
            return
        }
        guard let region = ControlValues.name(text[..<equals]),
            let weight = ControlValues.integer(text[text.index(after: equals)...], in: 0...65535)
        else { return nil }
        self.init(region: region, weight: UInt32(weight))
    }
}

extension SteerRecord.Tolerance {
    /// Reads `5ms` or `300km`.
    fileprivate init?(text: String) {
        if let distance = ControlValues.kilometres(text) {
            self = .kilometres(distance)
        } else if let time = ControlValues.duration(text) {
            self = .time(time)
        } else {
            return nil
        }
    }
}

extension SteerRecord.WhenDown {
    /// Reads `all`, `none` or a region's name.
    fileprivate init?(text: String) {
        switch text.lowercased() {
        case "all": self = .all
        case "none": self = .none
        default:
            guard let region = ControlValues.name(text) else { return nil }
            self = .region(region)
        }
    }
}

extension SteerRecord.NetworkOverride {
    /// Reads `NETWORK:REGION`; the network may be IPv6, and a colon in the name is escaped.
    fileprivate init?(text: String) {
        let colons = text.indices.filter { text[$0] == ":" && !text[..<$0].hasSuffix("\\") }
        guard let colon = colons.last, let network = IPPrefix(text[..<colon]),
            let region = ControlValues.name(text[text.index(after: colon)...])
        else { return nil }
        self.init(network: network, region: region)
    }
}
