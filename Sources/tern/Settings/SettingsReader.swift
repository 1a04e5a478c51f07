import Addressing
import Yams
import ZoneFile

/// Takes YAML nodes apart, with errors that name the place.
struct SettingsReader {
    let file: String

    /// The pairs of a mapping whose keys are all known.
    func mapping(_ node: Node, keys: [String]) throws -> [(String, Node)] {
        guard let mapping = node.mapping else {
            throw failure(node, "keys and values are expected here: \(keys.joined(separator: ", "))")
        }
        return try mapping.map { key, value in
            guard let name = key.string, keys.contains(name) else {
                let known = keys.joined(separator: ", ")
                throw failure(key, "unknown key '\(key.string ?? "?")'; here are known: \(known)")
            }
            return (name, value)
        }
    }

    /// The pairs of a mapping with keys of the operator's choice.
    func mapping(_ node: Node) throws -> [(String, Node)] {
        guard let mapping = node.mapping else { throw failure(node, "names and values are expected here") }
        return try mapping.map { key, value in
            guard let name = key.string else { throw failure(key, "a name is expected here") }
            return (name, value)
        }
    }

    /// A whole number in a range.
    func integer(_ node: Node, _ key: String, in range: ClosedRange<Int>) throws -> Int {
        guard let value = node.int, range.contains(value) else {
            throw failure(node, "\(key) must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// A time such as `500ms` or `1m30s`, more than nothing and at most a day.
    func duration(_ node: Node, _ key: String) throws -> Duration {
        guard let text = node.string, let time = ControlValues.duration(text), time > .zero else {
            throw failure(node, "\(key) must be a time such as 500ms, 10s or 1m30s")
        }
        return time
    }

    func boolean(_ node: Node, _ key: String) throws -> Bool {
        guard let value = node.bool else { throw failure(node, "\(key) must be true or false") }
        return value
    }

    /// Text of at most 255 octets, as a DNS character-string holds.
    func shortText(_ node: Node, _ key: String) throws -> [UInt8] {
        let octets = Array(try string(node, key).utf8)
        guard octets.count <= 255 else { throw failure(node, "\(key) holds at most 255 octets") }
        return octets
    }

    /// A list of networks.
    func networks(_ node: Node, _ key: String) throws -> [IPPrefix] {
        try strings(node, key).map { text in
            guard let prefix = IPPrefix(text) else {
                throw failure(node, "\(key): '\(text)' is no network; write 192.0.2.0/24")
            }
            return prefix
        }
    }

    func string(_ node: Node, _ key: String) throws -> String {
        guard let text = node.string else { throw failure(node, "\(key) must be text") }
        return text
    }

    /// A list of texts, or one text alone.
    func strings(_ node: Node, _ key: String) throws -> [String] {
        if let text = node.string { return [text] }
        guard let sequence = node.sequence else { throw failure(node, "\(key) must be a list") }
        return try sequence.map { try string($0, key) }
    }

    func failure(_ node: Node, _ message: String) -> Failure {
        let place = node.mark.map { ":\($0.line):\($0.column)" } ?? ""
        return Failure("\(file)\(place): error: \(message)")
    }
}
