import TLSTransport
import Testing

@Suite struct TLSConnectionTests {
    @Test(arguments: [1, 7, 100, 1 << 20])
    func theHandshakeGoesOnWithEveryPart(step: Int) throws {
        let pair = try ConnectionPair(offered: ["h2", "http/1.1"], spoken: ["http/1.1"], step: step)
        try pair.handshake()
        for side in [pair.client, pair.server] {
            #expect(side.isEstablished)
            #expect(side.version == .tls13)
            #expect(side.applicationProtocol == "http/1.1")
        }
        #expect(pair.server.serverName == "www.example.test")
    }

    @Test func withoutAnOfferNoProtocolIsChosen() throws {
        let pair = try ConnectionPair(spoken: ["h2"])
        try pair.handshake()
        #expect(pair.client.applicationProtocol == nil)
        #expect(pair.server.applicationProtocol == nil)
    }

    @Test func aClientThatSpeaksNoCommonProtocolIsRefused() throws {
        let pair = try ConnectionPair(offered: ["spdy"], spoken: ["h2"])
        #expect { try pair.handshake() } throws: { "\($0)".contains("no application protocol") }
    }

    @Test(arguments: [0, 1, 5000, 16_384, 16_385, 1_000_000], [333, 1 << 20])
    func whatIsWrittenIsRead(count: Int, step: Int) throws {
        let pair = try ConnectionPair(step: step)
        try pair.handshake()
        let octets = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try pair.send(octets, from: pair.client, to: pair.server) == octets)
        #expect(try pair.send(octets, from: pair.server, to: pair.client) == octets)
    }

    // MARK: - Verification

    private struct Case: Sendable {
        var certificate = TestCertificates.valid
        var trust = TLSClientContext.Trust.file(TestCertificates.authority.certificate)
        var peer: TLSPeerName? = .host("www.example.test")
        var error: TLSError?
    }

    @Test(
        arguments: [
            Case(), Case(peer: nil), Case(peer: .host("a.wild.test")), Case(peer: .host("WWW.Example.TEST")),
            Case(peer: .address("127.0.0.1")),
            Case(peer: .host("example.test"), error: .certificate("hostname mismatch")),
            Case(peer: .host("a.b.wild.test"), error: .certificate("hostname mismatch")),
            Case(peer: .address("127.0.0.2"), error: .certificate("IP address mismatch")),
            Case(certificate: TestCertificates.expired, error: .certificate("certificate has expired")),
            Case(certificate: TestCertificates.selfSigned, error: .certificate("self-signed certificate")),
            Case(trust: .system, error: .certificate("unable to get local issuer certificate")),
            Case(certificate: TestCertificates.selfSigned, trust: .file(TestCertificates.selfSigned.certificate)),
            Case(certificate: TestCertificates.expired, trust: .anyone, peer: .host("other.test")),
            Case(certificate: TestCertificates.selfSigned, trust: .anyone, peer: .address("127.0.0.9")),
        ]
    )
    private func onlyATrustedCertificateForTheNameIsAccepted(_ test: Case) throws {
        let pair = try ConnectionPair(certificate: test.certificate, trust: test.trust, peer: test.peer)
        if let error = test.error {
            #expect(throws: error) { try pair.handshake() }
            // The alert tells the server why.
            try pair.server.receive(pair.take(from: pair.client).span)
            #expect { try pair.read(from: pair.server) } throws: { "\($0)".contains("alert") }
        } else {
            try pair.handshake()
        }
    }

    @Test func anAddressIsNotSentAsServerName() throws {
        let pair = try ConnectionPair(peer: .address("127.0.0.1"))
        try pair.handshake()
        #expect(pair.server.serverName == nil)
    }

    @Test(arguments: [
        TLSPeerName.host(""), .host("a\0b"), .host(String(repeating: "a", count: 300)), .address("www"), .address(""),
        .address("1.2.3"),
    ])
    func aNameThatNoCertificateHasIsRefused(peer: TLSPeerName) {
        #expect(throws: TLSError.self) { try ConnectionPair(peer: peer) }
    }

    // MARK: - Ends and faults

    @Test func eachSideEndsForItself() throws {
        let pair = try ConnectionPair()
        try pair.handshake()
        pair.client.close()
        try pair.server.receive(pair.take(from: pair.client).span)
        #expect(try pair.read(from: pair.server).end == .ended)
        #expect(pair.server.isInputEnded && !pair.client.isInputEnded)
        #expect(try pair.send([1, 2, 3], from: pair.server, to: pair.client) == [1, 2, 3])
        pair.server.close()
        try pair.client.receive(pair.take(from: pair.server).span)
        #expect(try pair.read(from: pair.client).end == .ended)
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", "220 mail.example.test ESMTP\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n", String(repeating: "\0", count: 64),
    ])
    func plainTextIsNotTLS(text: String) throws {
        let pair = try ConnectionPair()
        #expect(try pair.client.handshake() == false)
        try pair.client.receive(Array(text.utf8).span)
        #expect(throws: TLSError.notTLS) { try pair.client.handshake() }
    }

    /// Every octet of a record is protected.
    @Test func aDamagedRecordIsAnError() throws {
        for position in stride(from: 0, to: 40, by: 3) {
            let pair = try ConnectionPair()
            try pair.handshake()
            _ = try pair.read(from: pair.client)
            try pair.server.write(Array("0123456789abcdef".utf8).span)
            var record = pair.take(from: pair.server)
            record[min(position, record.count - 1)] ^= 0x40
            try pair.client.receive(record.span)
            // A longer record is only waited for.
            let result = Result { try pair.read(from: pair.client) }
            switch result {
            case .success(let read): #expect(read.octets.isEmpty && (position == 3 || position == 4))
            case .failure(let error): #expect(error is TLSError)
            }
        }
    }

    @Test func filesThatAreNoneAreNamed() throws {
        let missing = "/nonexistent.pem"
        #expect { try TLSClientContext(trust: .file(missing)) } throws: { "\($0)".hasPrefix(missing) }
        #expect { try TLSServerContext(certificateChain: missing, privateKey: missing) } throws: {
            "\($0)".hasPrefix(missing)
        }
        let (valid, other) = (TestCertificates.valid, TestCertificates.expired)
        #expect { try TLSServerContext(certificateChain: valid.certificate, privateKey: other.key) } throws: {
            "\($0)".hasPrefix(other.key) && "\($0)".contains("mismatch")
        }
    }

    @Test(arguments: [[""], [String(repeating: "x", count: 256)], Array(repeating: "0123456789abcdef", count: 4000)])
    func protocolsThatDoNotFitAreRefused(names: [String]) {
        #expect(throws: TLSError.invalidProtocolList) { try TLSClientContext(applicationProtocols: names) }
    }
}
