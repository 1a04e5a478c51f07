import Foundation
import Testing

extension EndToEnd {
    /// What docs/conformance.md shows is what one sees.
    @Suite("The conformance page")
    struct ConformanceTests {
        @Test func `its commands print what it says`() throws {
            let zone = try String(contentsOfFile: Program.package + "/zones/example.test.zone", encoding: .utf8)
            let server = try NameServer(zone, origin: "example.test")
            let examples = try Self.examples()
            #expect(examples.count >= 15)
            for (command, expected) in examples {
                var arguments = command.split(separator: " ").dropFirst().map(String.init)
                guard let port = arguments.firstIndex(of: "5300") else {
                    Issue.record("'\(command)' asks another server")
                    continue
                }
                arguments[port] = "\(server.port)"
                let dig = try Program.run(try Program.need("dig"), ["-r"] + arguments + ["+tries=1", "+time=5"])
                #expect(Self.shortened(dig.output) == expected, "\(command)")
            }
            try server.stop()
        }

        @Test func `its table of differences is the one that the comparison uses`() throws {
            let page = try Self.page()
            for deviation in Deviation.all {
                let references = deviation.references.map(\.rawValue).joined(separator: ", ")
                #expect(page.contains("\n| \(deviation.name) | \(deviation.reason) | \(references) |\n"))
            }
            let rows = page.components(separatedBy: "## Beside NSD and BIND").last?.components(separatedBy: "\n## ")
                .first
            #expect(rows?.components(separatedBy: "\n| ").count == Deviation.all.count + 2)
        }

        private static func page() throws -> String {
            try String(contentsOfFile: Program.package + "/docs/conformance.md", encoding: .utf8)
        }

        /// The commands of the blocks marked `dig`, and the lines below each.
        private static func examples() throws -> [(command: String, output: [String])] {
            var examples: [(command: String, output: [String])] = []
            for block in try page().components(separatedBy: "```dig\n").dropFirst() {
                for line in block.components(separatedBy: "```")[0].split(separator: "\n") {
                    if line.hasPrefix("$ ") {
                        examples.append((String(line.dropFirst(2)), []))
                    } else if !examples.isEmpty {
                        examples[examples.count - 1].output.append(String(line))
                    }
                }
            }
            return examples
        }

        /// What dig prints, as the page has it: status and flags, the options but the cookie, the records, single spaces.
        private static func shortened(_ output: String) -> [String] {
            var head = ""
            var options: [String] = []
            var records: [String] = []
            for line in output.split(separator: "\n") {
                let words = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                if line.hasPrefix(";; ->>HEADER<<-"), let start = line.range(of: "status: ")?.upperBound {
                    head = "; " + line[start...].prefix { $0 != "," }
                } else if line.hasPrefix(";; flags: ") {
                    head += " " + line.dropFirst(10).prefix { $0 != ";" }
                } else if line.hasPrefix(";; AUTHORITY SECTION") || line.hasPrefix(";; ADDITIONAL SECTION") {
                    records.append("; " + line.dropFirst(3).prefix { $0 != " " }.lowercased())
                } else if !line.hasPrefix(";") {
                    records.append(words)
                } else if let name = line.dropFirst(2).split(separator: ":").first, line.hasPrefix("; "),
                    name.allSatisfy({ $0.isUppercase || $0 == "-" || $0 == " " }), !["EDNS", "COOKIE"].contains(name)
                {
                    options.append(words)
                }
            }
            return [head] + options + records
        }
    }
}
