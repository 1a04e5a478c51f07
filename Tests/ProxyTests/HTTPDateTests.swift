import HTTPWire
import TCPTransport
import Testing

@testable import Proxy

@Suite("RFC 9110 section 5.6.7: dates")
struct HTTPDateTests {
    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        // The example of the RFC.
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (951_868_799, "Tue, 29 Feb 2000 23:59:59 GMT"),
        (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
        (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
    ])
    func areWrittenInTheFixedForm(seconds: Int, text: String) {
        #expect(DateLine.imfFixdate(seconds) == text)
    }

    @Test func theLineIsAField() {
        var line = DateLine()
        var buffer = OctetBuffer()
        line.write(into: &buffer)
        #expect(buffer.count == "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n".utf8.count)
        #expect(buffer.withOctets { $0.text(0..<$0.count) }.hasPrefix("Date: "))
    }
}
