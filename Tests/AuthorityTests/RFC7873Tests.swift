import Addressing
import Authority
import DNSWire
import Testing

/// RFC 7873: Domain Name System (DNS) cookies; what they are made of is RFC 9018's.
@Suite("RFC 7873") struct RFC7873Tests {
    private static let client: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

    private func zones(requiresCookie: Bool = false) throws -> ServedZones {
        var settings = ResponderSettings(cookieSecret: try #require(CookieSecret(octets: [UInt8](0..<16))))
        settings.requiresCookie = requiresCookie
        return try ServedZones("www A 192.0.2.1", settings: settings)
    }

    private static func question(_ text: String = "www.example.com A", cookie: [UInt8]? = client) throws -> Question {
        var question = try Question("\(text) +edns")
        question.options = cookie.map { [.init(code: 10, data: $0)] } ?? []
        return question
    }

    /// Section 5.2.3: a client cookie alone gets a server cookie, and its answer.
    @Test func section523GivesAServerCookie() throws {
        let response = try zones().ask(Self.question())
        let cookie = try #require(response.opt?.option(10)?.data)
        #expect(cookie.count == 24 && cookie.starts(with: Self.client))
        #expect(response.answer.count == 1)
        // It is for this address alone.
        let other = try zones().ask(Self.question(), from: IPAddress(v4: 1))
        #expect(other.opt?.option(10)?.data != cookie)
    }

    /// Section 5.2.5: a cookie that was given is good, and stays as it is while it is young.
    @Test func section525AcceptsItsOwnCookie() throws {
        let zones = try zones(requiresCookie: true)
        let cookie = try #require(try zones.ask(Self.question()).opt?.option(10)?.data)
        let response = try zones.ask(Self.question(cookie: cookie))
        #expect(response.description == "NOERROR aa\nanswer: www.example.com. 300 A 192.0.2.1\nopt: 1232 option=10")
        #expect(response.opt?.option(10)?.data == cookie)
    }

    /// Section 5.2.4: a cookie that is wrong is answered as none, or with BADCOOKIE where cookies are required.
    @Test func section524DoesNotAcceptAnotherCookie() throws {
        let cookie = try #require(try zones().ask(Self.question()).opt?.option(10)?.data)
        for place in [0, 8, 12, 23] {
            var wrong = cookie
            wrong[place] ^= 1
            #expect(try zones().ask(Self.question(cookie: wrong)).answer.count == 1)
            let response = try zones(requiresCookie: true).ask(Self.question(cookie: wrong))
            #expect(response.description == "BADCOOKIE\nopt: 1232 option=10")
            #expect(response.opt?.option(10)?.data != wrong)
        }
        #expect(try zones(requiresCookie: true).ask(Self.question()).description == "BADCOOKIE\nopt: 1232 option=10")
    }

    /// Section 5.2.3: who has no cookies proves the address over TCP.
    @Test func section523SendsOthersToTCP() throws {
        let zones = try zones(requiresCookie: true)
        #expect(try zones.ask("www.example.com A") == "NOERROR tc")
        #expect(try zones.ask("www.example.com A +edns") == "NOERROR tc\nopt: 1232")
        #expect(try zones.ask("www.example.com A +tcp") == "NOERROR aa\nanswer: www.example.com. 300 A 192.0.2.1")
        #expect(try zones.ask(Self.question("www.example.com A +tcp")).answer.count == 1)
    }

    /// Section 5.2.2: other lengths are a format error.
    @Test(arguments: 0...48) func section522RefusesOtherLengths(length: Int) throws {
        let response = try zones().ask(Self.question(cookie: [UInt8](repeating: 7, count: length)))
        let isCookie = length == 8 || (16...40).contains(length)
        #expect(response.rcode == (isCookie ? 0 : 1))
        #expect((response.opt?.option(10) != nil) == isCookie)
    }

    /// Section 5.4: a query for a cookie alone, without a question.
    @Test func section54AnswersAQueryWithoutAQuestion() throws {
        let question = try Self.question()
        let message: [UInt8] = [0xBE, 0xEF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] + question.opt
        let response = try Message(try #require(zones().respond(to: message)))
        #expect(response.description == "NOERROR\nopt: 1232 option=10")
        #expect(response.question == nil)
        #expect(response.opt?.option(10)?.data.count == 24)
    }

    /// Nobody is given a cookie unasked.
    @Test func givesNoneUnasked() throws {
        #expect(try zones().ask(Self.question(cookie: nil)).opt?.options.isEmpty == true)
    }
}
