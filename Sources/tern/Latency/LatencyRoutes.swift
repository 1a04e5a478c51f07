import Admin
import DNSServer
import HTTPTypes
import Steering

/// What a name server can be asked of round trips, and told.
struct LatencyRoutes {
    let service: ZoneService

    /// What `GET /latency` answers.
    struct Answer: Codable {
        /// The numbers; `nil` where no name is steered by round trips.
        var summary: LatencySummary?
        /// What is believed of the client that was asked for.
        var beliefs: [LatencyBelief]?
    }

    /// What `POST /latency/import` answers when all was taken up.
    struct Imported: Codable {
        var measurements: Int
    }

    /// Octets of a table at most.
    static let tableLimit = 64 * 1024 * 1024

    var routes: [AdminRoute] {
        [
            AdminRoute(.get, "latency") { request in
                var answer = Answer(summary: await service.latencySummary())
                if let text = request.query("client") {
                    guard let client = ClientArgument(text) else {
                        throw AdminFault(.badRequest, "client must be an address, or a network without bits after it")
                    }
                    answer.beliefs = await service.latencyBeliefs(of: client.address)
                }
                return try .json(answer)
            },
            AdminRoute(.get, "latency/export") { _ in
                let table = LatencyTable.render(await service.latencyMeasurements())
                return AdminResponse(contentType: "text/csv; charset=utf-8", body: Array(table.utf8))
            },
            AdminRoute(.post, "latency/import", bodyLimit: Self.tableLimit) { request in
                do throws(LatencyTable.Faults) {
                    return try await imported(request)
                } catch {
                    return try .json(error, status: .unprocessableContent)
                }
            },
        ]
    }

    private func imported(_ request: AdminRequest) async throws(LatencyTable.Faults) -> AdminResponse {
        let count = try await service.take(table: request.body)
        return (try? .json(Imported(measurements: count))) ?? AdminResponse(contentType: "application/json", body: [])
    }
}
