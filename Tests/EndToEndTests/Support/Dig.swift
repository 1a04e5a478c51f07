import Foundation

/// Answers as the program `dig` shows them.
struct Dig: CustomStringConvertible {
    /// NOERROR, NXDOMAIN, ...
    var status = ""
    /// Flags of the header, such as `qr aa`.
    var flags: Set<Substring> = []
    /// `ADDRESS/SOURCE/SCOPE` when the answer has a client subnet.
    var clientSubnet: String?
    /// The records of each section, the fields apart.
    var answer: [[Substring]] = []
    var authority: [[Substring]] = []
    var description = ""

    /// The data of the answer's records of one type, in order.
    func data(_ type: String) -> [String] {
        answer.filter { $0.count > 4 && $0[3] == type }.map { $0[4...].joined(separator: " ") }.sorted()
    }

    /// Asks.
    ///
    /// - Parameters:
    ///   - subnet: the client subnet to send, such as `81.2.69.0/24`; none when `nil`.
    ///   - options: further arguments for dig.
    static func ask(
        _ name: String,
        _ type: String = "A",
        subnet: String? = nil,
        at port: UInt16,
        options: [String] = []
    ) throws -> Dig {
        let arguments =
            ["@127.0.0.1", "-p", "\(port)", name, type, "+norec", "+tries=1", "+time=5"]
            + (subnet.map { ["+subnet=\($0)"] } ?? []) + options
        let outcome = try Program.run(try Program.need("dig"), arguments)
        guard outcome.status == 0 else { throw Unfulfilled("dig \(arguments.joined(separator: " ")): \(outcome)") }
        var dig = Dig(reading: outcome.output)
        dig.description = outcome.output
        return dig
    }

    private init(reading text: String) {
        var section = ""
        for line in text.split(separator: "\n") {
            if line.hasPrefix(";; ->>HEADER<<-"), let start = line.range(of: "status: ")?.upperBound {
                status = String(line[start...].prefix { $0 != "," })
            } else if line.hasPrefix(";; flags: ") {
                flags = Set(line.dropFirst(10).prefix { $0 != ";" }.split(separator: " "))
            } else if let start = line.range(of: "; CLIENT-SUBNET: ")?.upperBound {
                clientSubnet = String(line[start...])
            } else if line.hasPrefix(";; ") {
                section = String(line.dropFirst(3).prefix { $0 != " " })
            } else if !line.hasPrefix(";") {
                let fields = line.split(whereSeparator: \.isWhitespace)
                if section == "ANSWER" { answer.append(fields) }
                if section == "AUTHORITY" { authority.append(fields) }
            }
        }
    }
}
