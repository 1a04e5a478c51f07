import Foundation
package import HTTPTypes

/// A request of an operator or a program, read whole.
package struct AdminRequest: Sendable {
    /// What the route's path has for each of its `:name` parts.
    package var parameters: [String: String]
    /// The query's pairs in order, percent-decoded.
    package var query: [(name: String, value: String)]
    /// The body, at most as many octets as the route takes.
    package var body: [UInt8]
    /// Who asks: the name of the user at the other end of a socket, or the address of the client.
    package var client: String

    package init(
        parameters: [String: String] = [:],
        query: [(name: String, value: String)] = [],
        body: [UInt8] = [],
        client: String
    ) {
        self.parameters = parameters
        self.query = query
        self.body = body
        self.client = client
    }

    /// The last value of a query name.
    package func query(_ name: String) -> String? { query.last { $0.name == name }?.value }

    /// All values of a query name, in order.
    package func queries(_ name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }

    /// The body as a value; an empty body is the empty object.
    ///
    /// - Throws: ``AdminFault`` with status 400 when it is not JSON of this form.
    package func decode<Value: Decodable>(_ type: Value.Type) throws(AdminFault) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(body.isEmpty ? Array("{}".utf8) : body))
        } catch {
            throw AdminFault(.badRequest, "the body is not JSON of the form expected here")
        }
    }
}

/// What is answered.
package struct AdminResponse: Sendable {
    package var status: HTTPResponse.Status
    /// The media type of the body.
    package var contentType: String
    package var body: [UInt8]

    package init(status: HTTPResponse.Status = .ok, contentType: String, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// A value as JSON, keys sorted, indented for people.
    package static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> AdminResponse {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let body = try Array(encoder.encode(value)) + Array("\n".utf8)
        return AdminResponse(status: status, contentType: "application/json", body: body)
    }
}

/// A request that is not granted; answered as `{"error": "..."}`.
package struct AdminFault: Error, Sendable, CustomStringConvertible {
    package var status: HTTPResponse.Status
    /// What is wrong and what to do.
    package var message: String

    package init(_ status: HTTPResponse.Status, _ message: String) {
        self.status = status
        self.message = message
    }

    package var description: String { "\(status.code): \(message)" }

    /// The body of the response.
    package struct Body: Codable, Sendable {
        package var error: String
    }
}
