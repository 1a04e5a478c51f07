package import DNSWire

extension PoolRecord {
    /// The keys of a POOL record.
    package static let keys = ["balance"] + PoolTransport.keys + CheckOptions.keys

    /// Reads the RDATA of a POOL record.
    ///
    /// - Throws: the first ``ControlRecordError``.
    package init(name: DomainName, rdata: some Collection<UInt8>) throws(ControlRecordError) {
        var fields = ControlFields(rdata: rdata)
        self.init(name: name, fields: &fields)
        try fields.throwFirst()
    }

    /// Reads the fields, leaving out those with faults, which `fields` keeps.
    init(name: DomainName, fields: inout ControlFields) {
        self.init(name: name)
        var options = CheckOptions()
        var transportFields = PoolTransportFields()
        for field in fields.known(Self.keys, repeatable: CheckOptions.repeatableKeys) {
            if field.key == "balance" {
                let expected = Balance.allCases.map(\.rawValue).joined(separator: " or ")
                balance = fields.value(field, expected) { Balance(rawValue: $0.lowercased()) } ?? balance
            } else if PoolTransport.keys.contains(field.key) {
                transportFields.read(field, &fields)
            } else {
                options.read(field, &fields)
            }
        }
        transport = transportFields.transport(of: name, &fields)
        options.verify(&fields)
        check = options.target
        schedule = options.schedule
    }

    /// The service and the region that the owner name `_service._proto.REGION` says; `nil` when it is not of that form.
    package var place: (service: String, region: DomainName)? {
        let labels = name.labels
        guard labels.count > 2, labels[0].count > 1, labels[0].first == UInt8(ascii: "_"),
            labels[1].count > 1, labels[1].first == UInt8(ascii: "_"),
            let region = name.parent?.parent
        else { return nil }
        let service = String(decoding: labels[0].dropFirst().map(asciiLowercased), as: UTF8.self)
        return (service, region)
    }
}
