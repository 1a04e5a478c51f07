import Addressing
import DNSServer
import Glibc
import Testing

@Suite struct ListenErrorTests {
    @Test(arguments: [
        (EADDRINUSE, "the port is in use"), (EACCES, "ports below 1024"), (EADDRNOTAVAIL, "does not have the address"),
    ])
    func saysWhatWhereAndWhatToDo(code: CInt, advice: String) throws {
        let endpoint = try #require(Endpoint("127.0.0.1:53"))
        let text = ListenError(endpoint: endpoint, transport: "UDP", code: code).description
        #expect(text.hasPrefix("cannot listen on 127.0.0.1:53 (UDP): "))
        #expect(text.contains(advice))
    }
}
