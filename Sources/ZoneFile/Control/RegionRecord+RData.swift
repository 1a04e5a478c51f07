package import DNSWire
package import Geography

extension RegionRecord {
    /// The keys of a REGION record.
    package static let keys = ["at", "covers", "min-healthy", "capacity", "state", "bias"] + CheckOptions.keys

    /// Reads the RDATA of a REGION record.
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
        for field in fields.known(Self.keys, repeatable: CheckOptions.repeatableKeys) {
            switch field.key {
            case "at":
                location = fields.value(field, "LATITUDE,LONGITUDE in degrees, such as 53.34,-6.26", Self.point)
            case "covers": covers = fields.areas(field) ?? []
            case "min-healthy":
                minimumHealthy = fields.value(
                    field,
                    "a number of addresses from 1 to 65535, or a part of them such as 50%",
                    RegionRecord.MinimumHealthy.init
                )
            case "capacity":
                capacity = fields.value(field, "requests a second, more than 0") {
                    ControlValues.decimal($0).flatMap { $0 > 0 ? $0 : nil }
                }
            case "state": state = fields.word(field, State.self)
            case "bias":
                let read = fields.value(field, "a percentage from -99 to 99") {
                    ControlValues.decimal($0.hasSuffix("%") ? $0.dropLast() : $0[...])
                        .flatMap { (-99...99).contains($0) ? $0 : nil }
                }
                bias = read ?? 0
            default: options.read(field, &fields)
            }
        }
        options.verify(&fields)
        check = options.target
        schedule = options.schedule
    }

    private static func point(_ text: String) -> GeoPoint? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, let latitude = ControlValues.decimal(parts[0]),
            let longitude = ControlValues.decimal(parts[1])
        else { return nil }
        return GeoPoint(latitude: latitude, longitude: longitude)
    }

    /// Whether the region lies inside a fence.
    ///
    /// A region lies in the areas that it covers: `at=` alone does not tell a country.
    package func lies(inside fence: [Area]) -> Bool {
        fence.isEmpty || covers.contains { covered in fence.contains { covered.lies(in: $0) } }
    }
}

extension RegionRecord.MinimumHealthy {
    /// Reads `2` or `50%`.
    fileprivate init?(text: String) {
        if text.hasSuffix("%") {
            guard let percent = ControlValues.integer(text.dropLast(), in: 1...100) else { return nil }
            self = .percent(percent)
        } else {
            guard let count = ControlValues.integer(text, in: 1...65_535) else { return nil }
            self = .count(count)
        }
    }
}
