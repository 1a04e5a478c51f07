import DNSWire
import Foundation

/// A running BIND that is a name server for zones and nothing else.
final class BIND: ReferenceServer {
    let port: UInt16
    private let folder: TemporaryFolder
    private let server: RunningProgram

    /// Starts the server in the foreground and waits until it answers.
    ///
    /// - Parameters:
    ///   - path: the program `named`.
    ///   - zones: names of zones and their texts.
    init(_ path: String, zones: [(origin: String, text: String)]) throws {
        folder = try TemporaryFolder()
        port = try Socket.freePort()
        // Its checks are off, because a zone may be as odd as it likes here; nothing of the machine's own BIND is used.
        var configuration = """
            options {
                directory "\(folder.path)";
                listen-on port \(port) { 127.0.0.1; };
                listen-on-v6 { none; };
                pid-file none;
                session-keyfile none;
                recursion no;
                dnssec-validation no;
                minimal-responses yes;
                minimal-any yes;
                notify no;
                empty-zones-enable no;
                zero-no-soa-ttl no;
                edns-udp-size 1232;
                max-udp-size 1232;
                max-records-per-type 0;
                max-types-per-name 0;
                check-names primary ignore;
                check-integrity no;
                check-sibling no;
                check-wildcard no;
                check-mx ignore;
                check-mx-cname ignore;
                check-srv-cname ignore;
                check-dup-records ignore;
            };
            controls { };
            logging { category default { stderr; }; channel stderr { stderr; severity warning; }; };

            """
        for (origin, text) in zones {
            try folder.write(text, to: origin)
            configuration += "zone \"\(origin)\" { type primary; file \"\(origin)\"; };\n"
        }
        let file = try folder.write(configuration, to: "named.conf")
        server = try RunningProgram(path, ["-f", "-4", "-n", "1", "-c", file], output: folder.path + "/output")
        try waitUntilReady(for: zones.map(\.origin), of: server)
    }

    func stop() throws {
        try server.stop()
    }
}
