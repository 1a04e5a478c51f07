import Addressing
import Foundation
import Testing

@testable import Admin

@Suite struct AdminTokenTests {
    @Test(arguments: [
        ("0123456789abcdef", true), ("0123456789abcde", false), ("0123456789 abcdef", false),
        ("0123456789abcdeü", false), ("", false), (String(repeating: "x", count: 1025), false),
    ])
    func isLongEnoughAndVisible(text: String, isToken: Bool) {
        #expect((AdminToken(text) != nil) == isToken)
    }

    @Test(arguments: [
        ("Bearer 0123456789abcdef", true), ("bearer 0123456789abcdef", true), ("Bearer 0123456789abcdeF", false),
        ("Bearer 0123456789abcde", false), ("Bearer 0123456789abcdef0", false), ("Bearer ", false), ("Bearer", false),
        ("", false), ("Basic 0123456789abcdef", false), ("0123456789abcdef", false),
        ("Bearer 0123456789abcdef0123456789abcdef", false), ("Bearer  0123456789abcdef", false),
    ])
    func isShownWhole(field: String, isRight: Bool) throws {
        #expect(try #require(AdminToken("0123456789abcdef")).isShown(by: field) == isRight)
    }

    @Test func isReadFromTheFirstLine() throws {
        let path = "/tmp/tern-token-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: AdminTokenError(path: path, problem: .unreadable)) { try AdminToken(file: path) }
        try "0123456789abcdef\nmore\n".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try AdminToken(file: path).authorization == "Bearer 0123456789abcdef")
        try "short\n".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: AdminTokenError(path: path, problem: .unusable)) { try AdminToken(file: path) }
    }
}

@Suite struct AdminAddressTests {
    @Test(arguments: [
        ("/run/tern/serve.sock", "/run/tern/serve.sock"), ("unix:serve.sock", "serve.sock"),
        ("./serve.sock", "./serve.sock"), ("127.0.0.1:8053", "127.0.0.1:8053"), ("[::1]:8053", "[::1]:8053"),
        ("serve.sock", nil), ("127.0.0.1", nil), ("unix:", nil), ("", nil), ("localhost:8053", nil),
    ])
    func isAPathOrAnEndpoint(text: String, expected: String?) {
        #expect(AdminAddress(text)?.description == expected)
    }
}
