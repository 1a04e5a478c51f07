import DNSWire

/// What of two answers to the same question is compared: everything but the order of records, the case of names,
/// compression, and the options of the OPT record.
struct Comparison {
    var question: DNSQuestion
    var reference: Reference
    var ours: DNSMessage
    var theirs: DNSMessage

    /// Whether both say the same.
    var isEqual: Bool { ours.compared == theirs.compared }

    /// What the difference looks like from afar, so that one of many alike can stand for all.
    struct Kind: Hashable {
        var reference: Reference
        var flags: [UInt16]
        var agreement: [Bool]
    }

    var kind: Kind {
        Kind(
            reference: reference,
            flags: [ours.flags & 0x8FFF, theirs.flags & 0x8FFF, ours.rcode, theirs.rcode],
            agreement: [agrees(\.answer), agrees(\.authority), agrees(\.additional)]
        )
    }

    /// Both answers as text.
    var description: String { "\(question)\n  Tern:\n\(ours.text)\n  \(reference.rawValue):\n\(theirs.text)" }

    /// Whether flags (RCODE included), question and OPT record agree.
    var headsAgree: Bool {
        let (ours, theirs) = (ours.compared, theirs.compared)
        return ours.flags == theirs.flags && ours.rcode == theirs.rcode && ours.question == theirs.question
            && ours.hasOPT == theirs.hasOPT && ours.dnssecOK == theirs.dnssecOK
    }

    /// Whether a section has the same records in both.
    func agrees(_ section: KeyPath<DNSMessage, [DNSMessage.Record]>) -> Bool {
        ours[keyPath: section].sorted() == theirs[keyPath: section].sorted()
    }
}

extension DNSMessage {
    fileprivate struct Compared: Equatable {
        var flags: UInt16
        var rcode: UInt16
        var question: [UInt8]
        var sections: [[Record]]
        var hasOPT: Bool
        var dnssecOK: Bool?
    }

    fileprivate var compared: Compared {
        Compared(
            flags: flags,
            rcode: rcode,
            question: question,
            sections: [answer, authority, additional].map { $0.sorted() },
            hasOPT: opt != nil,
            dnssecOK: opt?.dnssecOK
        )
    }

    fileprivate var text: String {
        let opt = opt.map { "\($0)" } ?? "none"
        let sections = zip(["answer", "authority", "additional"], [answer, authority, additional]).flatMap {
            name,
            records in
            records.sorted().map { "    \(name): \($0)" }
        }
        return (["    flags \(String(flags, radix: 16)) rcode \(rcode) OPT \(opt)"] + sections).joined(separator: "\n")
    }
}
