import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Routes requests and makes every error a JSON object.
struct AdminResponder {
    /// What the server runs.
    let router: RouterResponder<AdminContext>

    /// - Parameter token: what callers must show; `nil` when the address itself keeps others out.
    init(_ routes: [AdminRoute], token: AdminToken?, logger: Logger) {
        let router = Router(context: AdminContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: FaultMiddleware(logger: logger))
        if let token { router.add(middleware: TokenMiddleware(token: token)) }
        for route in routes {
            router.on(RouterPath(route.path), method: route.method) { request, context in
                try await Self.respond(to: request, context, route)
            }
        }
        self.router = router.buildResponder()
    }

    private static func respond(
        to request: Request,
        _ context: AdminContext,
        _ route: AdminRoute
    ) async throws -> Response {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: route.bodyLimit)
        } catch is NIOTooManyBytesError {
            throw AdminFault(.contentTooLarge, "a body holds at most \(route.bodyLimit) octets")
        }
        let response = try await route.handler(
            AdminRequest(
                parameters: Dictionary(
                    context.parameters.map { ($0.key, $0.value.removingPercentEncoding ?? String($0.value)) }
                        .map { (String($0), $1) },
                    uniquingKeysWith: { $1 }
                ),
                query: request.uri.queryParameters.map { (String($0.key), String($0.value)) },
                body: Array(buffer: body),
                client: await context.client()
            )
        )
        return Response(response)
    }
}

extension Response {
    fileprivate init(_ response: AdminResponse) {
        self.init(
            status: response.status,
            headers: [.contentType: response.contentType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: response.body))
        )
    }

    fileprivate init(_ fault: AdminFault) {
        let body = try? AdminResponse.json(AdminFault.Body(error: fault.message), status: fault.status)
        self.init(body ?? AdminResponse(status: fault.status, contentType: "application/json", body: []))
    }
}

/// Makes errors responses.
private struct FaultMiddleware: RouterMiddleware {
    let logger: Logger

    func handle(
        _ request: Request,
        context: AdminContext,
        next: (Request, AdminContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let fault as AdminFault {
            return Response(fault)
        } catch let error as HTTPError where error.status == .notFound {
            return Response(AdminFault(.notFound, "there is no \(request.method) \(request.uri.path) here"))
        } catch let error as HTTPError {
            return Response(AdminFault(error.status, error.body ?? error.status.reasonPhrase))
        } catch let error as CancellationError {
            throw error
        } catch {
            logger.error("admin: \(request.method) \(request.uri.path): \(error)")
            return Response(AdminFault(.internalServerError, "it failed; the log says why"))
        }
    }
}

/// Lets those in who show the token.
private struct TokenMiddleware: RouterMiddleware {
    let token: AdminToken

    func handle(
        _ request: Request,
        context: AdminContext,
        next: (Request, AdminContext) async throws -> Response
    ) async throws -> Response {
        guard let shown = request.headers[.authorization], token.isShown(by: shown) else {
            var response = Response(AdminFault(.unauthorized, "the token is missing or wrong"))
            response.headers[.wwwAuthenticate] = "Bearer"
            return response
        }
        return try await next(request, context)
    }
}
