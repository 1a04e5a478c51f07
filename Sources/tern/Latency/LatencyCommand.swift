import Admin
import ArgumentParser
import DNSServer
import HTTPTypes
import ZoneFile

/// `tern latency`: look at what a running name server believes of round trips, take it out, and put one's own in.
struct LatencyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency",
        abstract: "Show, export or import the round trips that a running name server steers by.",
        subcommands: [Show.self, Export.self, Import.self]
    )

    /// `tern latency show`
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell what is believed of a client's round trips, or who was heard and how much is known.",
            discussion: """
                Of each region: the round trip with a standard deviation, the samples from the client's own network, \
                their age, and what the number rests on.
                """
        )

        @Argument(help: "An address or a network of the client.")
        var client: String?

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        @OptionGroup var node: AdminTargetOptions

        @OptionGroup var configurationFile: ConfigurationOptions

        func run() async throws {
            try await node.withClient(try configurationFile.load()) { server in
                let query = client.map { [(name: "client", value: $0)] } ?? []
                let answer: LatencyRoutes.Answer = try await server.get("/latency", query: query)
                guard !json else { return print(try JSONText.render(answer)) }
                guard let summary = answer.summary else {
                    throw Failure("no name is steered by latency there")
                }
                let text = answer.beliefs.map(LatencyText.beliefs) ?? LatencyText.summary(summary, now: .now)
                print(text, terminator: "")
            }
        }
    }

    /// `tern latency export`
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what every region measured of every network as CSV, for tern latency import or others."
        )

        @OptionGroup var node: AdminTargetOptions

        @OptionGroup var configurationFile: ConfigurationOptions

        func run() async throws {
            try await node.withClient(try configurationFile.load(), timeout: LatencyCommand.patience) { server in
                let answer = try await server.send(.get, "/latency/export")
                guard answer.status == .ok else {
                    throw Failure(try answer.decode(AdminFault.Body.self, from: server.address).error)
                }
                print(String(decoding: answer.body, as: UTF8.self), terminator: "")
            }
        }
    }

    /// `tern latency import`
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a running name server take up round trips from a CSV file, all of them or none.",
            discussion: """
                The file begins with the line network,region,milliseconds,deviation,samples,age; the last three columns \
                may be left out. Networks are addresses, or of /24 and /48 or longer. What proxies measure later \
                outweighs it.
                """
        )

        @Argument(help: "The file, or - for standard input.")
        var file: String

        @OptionGroup var node: AdminTargetOptions

        @OptionGroup var configurationFile: ConfigurationOptions

        func run() async throws {
            let octets: [UInt8]
            do throws(FileAccess.Failure) {
                octets = try FileAccess.read(file == "-" ? "/dev/stdin" : file)
            } catch {
                throw Failure("\(file): cannot be read: \(error)")
            }
            try await node.withClient(try configurationFile.load(), timeout: LatencyCommand.patience) { server in
                let answer = try await server.send(.post, "/latency/import", body: octets)
                switch answer.status {
                case .ok:
                    let imported = try answer.decode(LatencyRoutes.Imported.self, from: server.address)
                    print("\(imported.measurements) measurements taken up")
                case .unprocessableContent:
                    let faults = try answer.decode(LatencyTable.Faults.self, from: server.address).faults
                    for fault in faults {
                        StandardError.write("\(file):\(fault.line):\(fault.column): error: \(fault.message)\n")
                    }
                    throw Failure("nothing was taken up")
                default: throw Failure(try answer.decode(AdminFault.Body.self, from: server.address).error)
                }
            }
        }
    }

    /// How long the exchange of many networks may take.
    private static let patience = Duration.seconds(300)
}
