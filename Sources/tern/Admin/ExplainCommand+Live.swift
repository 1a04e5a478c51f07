import Admin
import ArgumentParser
import HTTPTypes

extension ExplainCommand {
    /// Prints what the running name server says.
    func explainLive(_ settings: Settings) async throws {
        guard loads.isEmpty else {
            throw ValidationError("--at-load supposes what a running name server knows: leave out --live or the load")
        }
        guard !check, zones.isEmpty else {
            throw ValidationError("--live asks a running name server, which has its own zones and checks")
        }
        try await node.withClient(settings) { client in
            var query =
                [("name", name), ("client", self.client)] + down.map { ("down", $0) }
            if !json { query.append(("format", "text")) }
            let answer = try await client.send(.get, "/explain", query: query)
            guard answer.status == .ok else {
                throw Failure(try answer.decode(AdminFault.Body.self, from: client.address).error)
            }
            print(String(decoding: answer.body, as: UTF8.self), terminator: "")
        }
    }
}
