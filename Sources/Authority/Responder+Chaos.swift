import DNSWire

// Questions about the server itself, in class CH (RFC 4892).

extension Responder {
    /// Answers `id.server`, `hostname.bind`, `version.server` and `version.bind`; REFUSED for everything else, and when
    /// the operator tells nothing.
    mutating func answerChaos(_ message: Span<UInt8>, into response: inout MutableSpan<UInt8>) -> Int {
        let text: [UInt8]
        if isQueryName(ChaosName.identifier) || isQueryName(ChaosName.hostname) {
            text = snapshot.settings.identifier
        } else if isQueryName(ChaosName.version) || isQueryName(ChaosName.versionServer) {
            text = snapshot.settings.version
        } else {
            text = []
        }
        guard !text.isEmpty, text.count <= 255, query.type == .txt || query.type == .any else {
            return fail(.refused, message, into: &response)
        }
        copyQuestion(message, into: &response)
        response.put(query.id, at: 0)
        response.put(HeaderFlags.response | query.flags.echoed | HeaderFlags.authoritative, at: 2)
        response.put(1, at: 4)
        response.put(1, at: 6)
        response.put(0, at: 8)
        response.put(0, at: 10)
        var offset = query.questionEnd
        response.put(0xC00C, at: offset)
        response.put(RRType.txt.rawValue, at: offset + 2)
        response.put(RRClass.ch.rawValue, at: offset + 4)
        response.put(0, at: offset + 6)
        response.put(0, at: offset + 8)
        response.put(UInt16(1 + text.count), at: offset + 10)
        response[offset + 12] = UInt8(text.count)
        offset += 13
        for octet in text {
            response[offset] = octet
            offset += 1
        }
        return appendOPT(to: &response, at: offset)
    }

    private func isQueryName(_ name: [UInt8]) -> Bool {
        query.name.length == name.count && name.indices.allSatisfy { query.name[$0] == name[$0] }
    }
}

/// The names of RFC 4892 section 3 and their older spellings, in wire form.
private enum ChaosName {
    static let identifier = wire("id", "server")
    static let hostname = wire("hostname", "bind")
    static let version = wire("version", "bind")
    static let versionServer = wire("version", "server")

    private static func wire(_ labels: String...) -> [UInt8] {
        labels.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }
}
