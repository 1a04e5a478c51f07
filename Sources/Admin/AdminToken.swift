import Foundation

/// The secret that callers over TCP show as `Authorization: Bearer TOKEN` (RFC 6750 section 2.1).
package struct AdminToken: Sendable {
    /// The octets of the token, ``lengths`` of them, all of them visible ASCII.
    let octets: [UInt8]

    /// How long a token may be, in octets. The least is what 96 random bits take in base64.
    package static let lengths = 16...1024

    /// - Returns: `nil` unless the text is of a length in ``lengths`` and all visible ASCII.
    package init?(_ text: some StringProtocol) {
        let octets = Array(text.utf8)
        guard Self.lengths.contains(octets.count), octets.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        self.octets = octets
    }

    /// Reads a token from the first line of a file.
    ///
    /// - Throws: ``AdminTokenError``
    package init(file path: String) throws(AdminTokenError) {
        guard let file = FileHandle(forReadingAtPath: path),
            let contents = try? file.read(upToCount: Self.lengths.upperBound + 2)
        else { throw AdminTokenError(path: path, problem: .unreadable) }
        let line = String(decoding: contents, as: UTF8.self).prefix { !$0.isNewline }
        guard let token = AdminToken(line) else { throw AdminTokenError(path: path, problem: .unusable) }
        self = token
    }

    /// The value of the field Authorization that shows this token.
    var authorization: String { "Bearer " + String(decoding: octets, as: UTF8.self) }

    /// Whether the value of a field Authorization shows this token; takes as long for a token that is nearly right as
    /// for one that is all wrong.
    func isShown(by authorization: String) -> Bool {
        let given = Array(authorization.utf8)
        let scheme = "bearer ".utf8
        guard given.count > scheme.count, given.prefix(scheme.count).elementsEqual(scheme, by: { $0 | 0x20 == $1 })
        else { return false }
        let shown = given.dropFirst(scheme.count)
        var difference = shown.count ^ octets.count
        // Every octet that was given is looked at, so that neither the place of the first difference nor the length of
        // the secret shows in the time.
        for (index, octet) in shown.enumerated() { difference |= Int(octet ^ octets[index % octets.count]) }
        return difference == 0
    }
}

/// Why a file holds no token.
package struct AdminTokenError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    package enum Problem: Hashable, Sendable {
        /// The file cannot be read.
        case unreadable
        /// Its first line is no token.
        case unusable
    }

    /// The file.
    package var path: String
    package var problem: Problem

    package var description: String {
        switch problem {
        case .unreadable: "\(path): the token cannot be read"
        case .unusable:
            "\(path): the first line must be a token of \(AdminToken.lengths.lowerBound) to "
                + "\(AdminToken.lengths.upperBound) visible characters; openssl rand -hex 24 makes one"
        }
    }
}
