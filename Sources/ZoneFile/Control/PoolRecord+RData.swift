package import DNSWire

extension PoolRecord {
    /// The keys of a POOL record.
    package static let keys =
        ["balance", "key", "bound", "slow-start", "overprovision", "panic", "max-connections", "queue"]
        + ["queue-timeout", "retries", "drain", "eject", "eject-success", "eject-time", "eject-max", "discover"]
        + ["refresh"] + PoolTransport.keys + CheckOptions.keys

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
        let known = fields.known(Self.keys, repeatable: CheckOptions.repeatableKeys)
        for field in known {
            switch field.key {
            case "balance": balance = fields.value(field, Self.expectedBalance(field.value), Self.balance) ?? balance
            case "key": key = fields.value(field, Key.form, Key.init(text:)) ?? key
            case "discover": discovery = fields.value(field, Discovery.form, Discovery.init(text:))
            case "refresh": break
            case "eject", "eject-success", "eject-time", "eject-max": ejection.read(field, &fields)
            case _ where PoolTransport.keys.contains(field.key): transportFields.read(field, &fields)
            case _ where CheckOptions.keys.contains(field.key): options.read(field, &fields)
            default: readLimit(field, &fields)
            }
        }
        for field in known where field.key == "refresh" {
            let read = fields.value(field, "a time from 1s to 1h, such as 5s") {
                ControlValues.duration($0).flatMap { (.seconds(1) ... .seconds(3600)).contains($0) ? $0 : nil }
            }
            if let read { discovery?.refresh = read }
        }
        transport = transportFields.transport(of: name, &fields)
        verify(known, &fields)
        options.verify(&fields)
        check = options.target
        schedule = options.schedule
    }

    private mutating func readLimit(_ field: ControlFields.Field, _ fields: inout ControlFields) {
        switch field.key {
        case "bound":
            bound = fields.value(field, "a percentage from 101 to 1000, such as 125%") {
                ControlValues.part($0, in: 1.01...10)
            }
        case "slow-start": slowStart = fields.time(field, upTo: .seconds(3600)) ?? slowStart
        case "overprovision":
            let read = fields.value(field, "a percentage from 100 to 100000, such as 140%") {
                ControlValues.part($0, in: 1...1000)
            }
            overprovision = read ?? overprovision
        case "panic":
            panic = fields.value(field, "a percentage from 0 to 100") { ControlValues.part($0, in: 0...1) } ?? panic
        case "max-connections":
            maximumConnections = fields.value(field, "a number from 1 to 1000000") {
                ControlValues.integer($0, in: 1...1_000_000)
            }
        case "queue":
            let read = fields.value(field, "a number from 0 to 100000") { ControlValues.integer($0, in: 0...100_000) }
            queue = read ?? queue
        case "queue-timeout": queueTimeout = fields.time(field, from: .milliseconds(1)) ?? queueTimeout
        case "retries":
            let read = fields.value(field, "a percentage from 0 to 100") { ControlValues.part($0, in: 0...1) }
            retries = read ?? retries
        default: drain = fields.time(field) ?? drain
        }
    }

    /// Notes options that do nothing beside the others.
    private func verify(_ known: [ControlFields.Field], _ fields: inout ControlFields) {
        let given = Set(known.map(\.key))
        for field in known {
            let needed: String? =
                switch field.key {
                case "key", "bound": balance.takesKey ? nil : "balance=rendezvous, ring or maglev"
                case "queue", "queue-timeout": given.contains("max-connections") ? nil : "max-connections"
                case "eject-time", "eject-max":
                    given.contains("eject") || given.contains("eject-success") ? nil : "eject or eject-success"
                case "refresh": given.contains("discover") ? nil : "discover"
                default: nil
                }
            guard let needed, !(fields.hasFaultyBalance && (field.key == "key" || field.key == "bound")) else {
                continue
            }
            fields.fail(.badValue(field.key, value: field.value, expected: "it goes with \(needed) only"), field)
        }
    }

    private static func balance(_ text: String) -> Balance? { Balance(rawValue: text.lowercased()) }

    private static func expectedBalance(_ text: String) -> String {
        let names = Balance.allCases.map(\.rawValue)
        let known = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
        return closestMatch(to: text.lowercased(), in: names).map { "did you mean '\($0)'?" } ?? known
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

extension PoolRecord.Ejection {
    /// Reads a field whose key begins with `eject`.
    fileprivate mutating func read(_ field: ControlFields.Field, _ fields: inout ControlFields) {
        switch field.key {
        case "eject":
            failuresInARow = fields.value(field, "a number of failures in a row from 1 to 1000") {
                ControlValues.integer($0, in: 1...1000)
            }
        case "eject-success":
            successRate = fields.value(field, "a percentage from 1 to 99, such as 90%") {
                ControlValues.part($0, in: 0.01...0.99)
            }
        case "eject-time":
            time = fields.time(field, from: .milliseconds(100), upTo: .seconds(3600)) ?? time
        default:
            let read = fields.value(field, "a percentage from 0 to 100") { ControlValues.part($0, in: 0...1) }
            maximumShare = read ?? maximumShare
        }
    }
}
