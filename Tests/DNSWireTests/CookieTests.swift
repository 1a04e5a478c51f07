import Addressing
import DNSWire
import Testing

/// The vectors of RFC 9018 appendix A.
@Suite struct CookieTests {
    struct Vector: Sendable {
        var option: String
        var client: String
        var secret: String
        var now: UInt32
        var verdict: CookieSecret.Verdict
        /// The server cookie given in answer.
        var given: String?
    }

    static let secret = "e5e973e5a6b2a43f48e7dc849e37bfcf"

    @Test(arguments: [
        // A.1: a client without a server cookie is given one.
        Vector(
            option: "2464c4abcf10c957",
            client: "198.51.100.100",
            secret: secret,
            now: 1_559_731_985,
            verdict: .invalid,
            given: "010000005cf79f111f8130c3eee29480"
        ),
        // A.2: an old enough one is renewed.
        Vector(
            option: "2464c4abcf10c957010000005cf79f111f8130c3eee29480",
            client: "198.51.100.100",
            secret: secret,
            now: 1_559_734_385,
            verdict: .ageing,
            given: "010000005cf7a871d4a564a1442aca77"
        ),
        // A.3: reserved octets of a cookie from elsewhere are hashed as they are, and it is renewed.
        Vector(
            option: "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5",
            client: "203.0.113.203",
            secret: secret,
            now: 1_559_727_985,
            verdict: .valid,
            given: nil
        ),
        // A.4: IPv6, and a secret that came after the one the cookie was made with.
        Vector(
            option: "22681ab97d52c298010000005cf7c57926556bd0934c72f8",
            client: "2001:db8:220:1:59de:d0f4:8769:82b8",
            secret: "dd3bdf9344b678b185a6f5cb60fca715",
            now: 1_559_741_961,
            verdict: .valid,
            given: nil
        ),
        Vector(
            option: "22681ab97d52c298010000005cf7c57926556bd0934c72f8",
            client: "2001:db8:220:1:59de:d0f4:8769:82b8",
            secret: "445536bcd2513298075a5d379663c962",
            now: 1_559_741_961,
            verdict: .invalid,
            given: "010000005cf7c609a6bb79d16625507a"
        ),
    ])
    func theVectorsOfTheStandard(vector: Vector) throws {
        let secret = try #require(CookieSecret(octets: octets(vector.secret)))
        let client = try #require(IPAddress(vector.client))
        var cookie = Cookie()
        let option = octets(vector.option)
        let isRead = cookie.read(option.span, at: 0, length: option.count)
        #expect(isRead)
        #expect(secret.judge(cookie, from: client, at: vector.now) == vector.verdict)
        guard let given = vector.given else { return }
        let made = secret.make(for: cookie, from: client, at: vector.now)
        #expect(hex(made.head) + hex(made.hash) == given)
    }

    @Test func aCookieOfAnotherClientTimeOrSecretIsInvalid() throws {
        let secret = try #require(CookieSecret(octets: octets(Self.secret)))
        let client = try #require(IPAddress("198.51.100.100"))
        let other = try #require(IPAddress("198.51.100.101"))
        var cookie = Cookie()
        cookie.client = 7
        (cookie.head, cookie.hash) = secret.make(for: cookie, from: client, at: 1_000_000)
        cookie.serverLength = 16
        #expect(secret.judge(cookie, from: client, at: 1_000_000) == .valid)
        #expect(secret.judge(cookie, from: client, at: 1_001_801) == .ageing)
        #expect(secret.judge(cookie, from: client, at: 1_003_601) == .invalid)
        #expect(secret.judge(cookie, from: client, at: 999_701) == .valid)
        #expect(secret.judge(cookie, from: client, at: 999_699) == .invalid)
        #expect(secret.judge(cookie, from: other, at: 1_000_000) == .invalid)
        cookie.client = 8
        #expect(secret.judge(cookie, from: client, at: 1_000_000) == .invalid)
    }

    @Test(arguments: 0...48)
    func onlyTheLengthsOfTheStandardAreRead(length: Int) {
        var cookie = Cookie()
        let option = [UInt8](repeating: 1, count: length)
        let isRead = cookie.read(option.span, at: 0, length: length)
        #expect(isRead == (length == 8 || (16...40).contains(length)))
    }

    private func octets(_ hex: String) -> [UInt8] {
        stride(from: 0, to: hex.count, by: 2).compactMap { UInt8(hex.dropFirst($0).prefix(2), radix: 16) }
    }

    private func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
