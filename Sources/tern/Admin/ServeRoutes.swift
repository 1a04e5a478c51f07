import Addressing
import Admin
import DNSServer
import DNSWire
import HTTPTypes
import Steering
import ZoneFile

/// What a name server can be asked and told.
struct ServeRoutes {
    let service: ZoneService
    let server: NameServer
    let startedAt: Timestamp

    /// The body of an order.
    struct Order: Codable {
        /// Why.
        var reason: String?
        /// For `force`: `up`, `down` or `auto`.
        var state: String?
    }

    /// What `GET /regions` answers.
    struct Regions: Codable {
        var regions: [RegionReport]
        var strayOrders: [StrayOrder]
        /// What is frozen, and the other name servers that are asked.
        var agreement: AgreementReport?
    }

    /// Characters of a reason at most.
    static let longestReason = 500
    /// Zones that `GET /status` names where it is not asked for another number.
    static let zoneLimit = 100

    var routes: [AdminRoute] {
        [
            AdminRoute(.get, "status") { try .json(await status($0)) },
            AdminRoute(.get, "regions") { _ in
                try .json(
                    Regions(
                        regions: await service.regionReports,
                        strayOrders: await service.strayOrders,
                        agreement: await service.agreementReport
                    )
                )
            },
            AdminRoute(.get, "checks") { _ in try .json(await service.view) },
            AdminRoute(.post, "unfreeze") { request in
                let order = try Self.order(request)
                return try .json(
                    await Self.answered { try await service.unfreeze(by: request.client, reason: order.reason) }
                )
            },
            AdminRoute(.post, "regions/:region/drain") { request in
                let order = try Self.order(request)
                return try .json(
                    await Self.answered {
                        try await service.drain(order.region, by: request.client, reason: order.reason)
                    }
                )
            },
            AdminRoute(.post, "regions/:region/undrain") { request in
                let order = try Self.order(request)
                return try .json(
                    await Self.answered { try await service.undrain(order.region, by: request.client) }
                )
            },
            AdminRoute(.post, "regions/:region/force") { request in
                let order = try Self.order(request)
                let isUp = try Self.isUp(order.state)
                return try .json(
                    await Self.answered {
                        try await service.force(order.region, isUp: isUp, by: request.client, reason: order.reason)
                    }
                )
            },
            AdminRoute(.post, "reload") { _ in
                let outcome = await service.reloadOutcome()
                return try .json(outcome, status: outcome.isServed ? .ok : .conflict)
            },
            AdminRoute(.get, "explain") { try await explain($0) },
        ] + LatencyRoutes(service: service).routes
    }

    // MARK: - Questions

    private func status(_ request: AdminRequest) async throws(AdminFault) -> ServiceReport {
        let limit = try request.query("zones").map { text throws(AdminFault) in
            guard let number = Int(text), (0...1_000_000).contains(number) else {
                throw AdminFault(.badRequest, "zones must be a number from 0 to 1000000")
            }
            return number
        }
        return ServiceReport(
            version: Version.number,
            startedAt: startedAt,
            listen: server.endpoints.map(\.description),
            counts: server.counts,
            contents: await service.contents(zones: limit ?? Self.zoneLimit),
            latency: await service.latencySummary()
        )
    }

    /// `name=`, `client=`, and any number of `down=`; text with `format=text`.
    private func explain(_ request: AdminRequest) async throws -> AdminResponse {
        guard let text = request.query("name"), let name = try? DomainName(text) else {
            throw AdminFault(.badRequest, "name must be a domain name")
        }
        guard let client = request.query("client").flatMap(ClientArgument.init) else {
            throw AdminFault(.badRequest, "client must be an address, or a network without bits after its prefix")
        }
        let explanation = try await Self.answered {
            try await service.explanation(
                of: name,
                client: client.address,
                subnet: client.subnet,
                down: request.queries("down")
            )
        }
        guard request.query("format") == "text" else { return try .json(explanation) }
        return AdminResponse(contentType: "text/plain; charset=utf-8", body: Array(explanation.render().utf8))
    }

    // MARK: - Orders

    private static func order(
        _ request: AdminRequest
    ) throws(AdminFault) -> (region: String, reason: String, state: String?) {
        let order = try request.decode(Order.self)
        let reason = order.reason ?? ""
        guard reason.count <= longestReason, !reason.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
            throw AdminFault(.badRequest, "a reason is one line of at most \(longestReason) characters")
        }
        return (request.parameters["region"] ?? "", reason, order.state)
    }

    /// Whether a region is to be up; `nil` for `auto`.
    private static func isUp(_ state: String?) throws(AdminFault) -> Bool? {
        switch state {
        case "up": true
        case "down": false
        case "auto": nil
        default: throw AdminFault(.badRequest, "state must be up, down or auto")
        }
    }

    /// What `body` returns, with its errors as refusals.
    private static func answered<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as AdministrationError {
            switch error {
            case .noSuchRegion, .notSteered: throw AdminFault(.notFound, "\(error)")
            case .noOrder, .isForced, .notFrozen: throw AdminFault(.conflict, "\(error)")
            }
        }
    }
}
