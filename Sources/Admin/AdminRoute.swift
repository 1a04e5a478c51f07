package import HTTPTypes

/// Something that can be asked or ordered.
package struct AdminRoute: Sendable {
    /// Answers a request; an ``AdminFault`` becomes a response with its status, any other error one with status 500.
    package typealias Handler = @Sendable (AdminRequest) async throws -> AdminResponse

    let method: HTTPRequest.Method
    let path: String
    let bodyLimit: Int
    let handler: Handler

    /// - Parameters:
    ///   - method: GET for questions, which may come at any rate; POST for orders.
    ///   - path: such as `regions/:name/drain`; a part with a colon matches any text without a slash. A method and path
    ///     must not be given twice to one listener.
    ///   - bodyLimit: octets of a body at most.
    package init(
        _ method: HTTPRequest.Method,
        _ path: String,
        bodyLimit: Int = AdminListener.Limits.body,
        _ handler: @escaping Handler
    ) {
        self.bodyLimit = bodyLimit
        self.method = method
        self.path = path
        self.handler = handler
    }
}
