extension CheckTarget {
    /// What an http or https check sends and expects, beyond the path.
    package struct HTTPOptions: Hashable, Sendable {
        /// A field of the request.
        package struct Field: Hashable, Sendable {
            package var name: String
            package var value: String

            package init(name: String, value: String) {
                self.name = name
                self.value = value
            }
        }

        /// `status=`: the status codes that pass; default 200...299.
        package var statuses: [ClosedRange<Int>]
        /// `expect=`: what must occur in the first 64 KiB of the body.
        package var expect: String?
        /// `header=`: fields sent besides the usual ones.
        package var fields: [Field]
        /// `host=`: the Host field (RFC 9110 section 7.2) and, without its port, the name that a server's certificate
        /// must be for; default the name of the region or of the server.
        package var host: String?
        /// `verify=`: whether a server's certificate must be trusted and be for the name; default yes.
        package var verifiesCertificate: Bool

        package init(
            statuses: [ClosedRange<Int>] = [200...299],
            expect: String? = nil,
            fields: [Field] = [],
            host: String? = nil,
            verifiesCertificate: Bool = true
        ) {
            self.statuses = statuses
            self.expect = expect
            self.fields = fields
            self.host = host
            self.verifiesCertificate = verifiesCertificate
        }
    }
}

extension CheckTarget.HTTPOptions {
    /// Reads `200-299,304`: codes and ranges of codes from 200 to 599, for a final response has no other.
    static func statuses(_ text: String) -> [ClosedRange<Int>]? {
        var statuses: [ClosedRange<Int>] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = ends.first, let low = ControlValues.integer(first, in: 200...599),
                let last = ends.last, let high = ControlValues.integer(last, in: low...599)
            else { return nil }
            statuses.append(low...high)
        }
        return statuses
    }

    /// Reads `NAME:VALUE`, with or without space after the colon.
    ///
    /// - Returns: `nil` also for the fields that frame the message or belong to the connection, and for Host.
    static func field(_ text: String) -> Field? {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[0].utf8.allSatisfy(isTokenOctet) else { return nil }
        guard !reserved.contains(parts[0].lowercased()) else { return nil }
        let value = parts[1].drop { $0 == " " || $0 == "\t" }
        guard value.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x09 }) else { return nil }
        return Field(name: String(parts[0]), value: String(value))
    }

    /// Names of fields that `header=` must not set.
    private static let reserved: Set<String> = [
        "connection", "content-length", "expect", "host", "keep-alive", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// Reads `NAME` or `NAME:PORT`; a name or an IPv4 address, without a final dot afterwards.
    static func host(_ text: String) -> String? {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts[0].hasSuffix(".") ? parts[0].dropLast() : parts[0]
        guard ControlValues.name(name) != nil, name.utf8.allSatisfy({ isAlphanumeric($0) || "-._".utf8.contains($0) })
        else { return nil }
        guard parts.count == 2 else { return String(name) }
        return ControlValues.integer(parts[1], in: 1...65535).map { "\(name):\($0)" }
    }

    /// Whether the octet can be part of a field name (RFC 9110 section 5.6.2).
    private static func isTokenOctet(_ octet: UInt8) -> Bool {
        isAlphanumeric(octet) || "!#$%&'*+-.^_`|~".utf8.contains(octet)
    }

    private static func isAlphanumeric(_ octet: UInt8) -> Bool {
        octet &- 0x30 < 10 || (octet | 0x20) &- 0x61 < 26
    }
}
