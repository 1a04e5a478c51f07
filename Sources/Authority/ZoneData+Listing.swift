package import DNSWire

extension ZoneData {
    /// The zones with the serial numbers of their SOA records, in the order of their names.
    ///
    /// - Parameter limit: how many at most.
    package func serials(limit: Int) -> [(name: DomainName, serial: UInt32)] {
        let named = (0..<view.zones.count).map { number in
            let zone = view.zones[number]
            let apex = view.index.nodes[zone.apex]
            let start = Int(apex.nameOffset)
            let name = (start..<start + Int(apex.nameLength)).map { view.index.names[$0] }
            return (DomainName(validated: name), zone.noData)
        }
        // A negative answer ends with the SOA record, and that with five numbers, of which the first is the serial.
        return named.sorted { $0.0 < $1.0 }.prefix(limit).map { name, noData in
            (name, view.templates.uint32(noData, beforeEnd: 20))
        }
    }

    /// The TTL of the STEER record of a rule; `nil` when no name is answered by it.
    package func steeredTTL(ofRule rule: Int) -> UInt32? { slots.first { $0.rule == rule }?.ttl }
}
