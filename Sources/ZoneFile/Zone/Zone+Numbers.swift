package import DNSWire

// Names and RRsets by number, for readers that go through a whole zone: nothing is copied and no view is made.

extension Zone {
    /// The owner name with a number, 0..<``nameCount``, in wire form.
    package func ownerWire(ofName name: Int) -> ArraySlice<UInt8> {
        wire(at: Int(names[name].octets))
    }

    /// Calls `body` with the type, TTL and number of each RRset of a name, in the order written.
    package func forEachRRset(ofName name: Int, _ body: (_ type: RRType, _ ttl: UInt32, _ rrset: Int) -> Void) {
        var index = names[name].firstRRset
        while index != Self.none {
            let rrset = rrsets[Int(index)]
            body(rrset.type, rrset.ttl, Int(index))
            index = rrset.next
        }
    }

    /// Calls `body` with the RDATA of each record of an RRset, in the order written.
    package func forEachRecord(ofRRset rrset: Int, _ body: (_ rdata: ArraySlice<UInt8>) -> Void) {
        var index = rrsets[rrset].firstRecord
        while index != Self.none {
            let record = records[Int(index)]
            body(octets[Int(record.rdata)..<(Int(record.rdata) + Int(record.rdataLength))])
            index = record.next
        }
    }
}
