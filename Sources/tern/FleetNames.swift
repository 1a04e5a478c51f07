import DNSWire
import Steering

extension Fleet {
    /// The region that a person means: by its short name or its whole name.
    ///
    /// - Throws: ``Failure`` that lists the regions when none has the name.
    func region(called name: String) throws(Failure) -> Region {
        let found = regions.first { $0.label == name } ?? (try? DomainName(name)).flatMap { region(named: $0) }
        guard let found else {
            throw Failure("no region '\(name)'; the regions are: \(regions.map(\.label).joined(separator: " "))")
        }
        return found
    }
}
