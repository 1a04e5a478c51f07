import Foundation

/// Certificates made with the `openssl` command in a temporary folder, once for all tests of a run.
enum TestCertificates {
    /// A certificate with its key, as PEM files.
    struct Pair: Sendable {
        let certificate: String
        let key: String
    }

    /// Certifies the three below.
    static let authority = selfSigned("authority", names: "DNS:authority.test")
    /// For www.example.test, *.wild.test and 127.0.0.1.
    static let valid = issued("valid", names: "DNS:www.example.test,DNS:*.wild.test,IP:127.0.0.1", days: 30)
    /// Ended yesterday.
    static let expired = issued("expired", names: "DNS:www.example.test,IP:127.0.0.1", days: -1)
    /// Certified by nobody.
    static let selfSigned = selfSigned("self-signed", names: "DNS:www.example.test,IP:127.0.0.1")

    private static let folder: String = {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tern-tls-\(UUID())").path()
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }()

    private static func selfSigned(_ name: String, names: String) -> Pair {
        let pair = Pair(certificate: "\(folder)/\(name).pem", key: "\(folder)/\(name).key")
        openssl(
            ["req", "-x509", "-days", "30", "-out", pair.certificate] + request(name, key: pair.key, names: names)
        )
        return pair
    }

    private static func issued(_ name: String, names: String, days: Int) -> Pair {
        let pair = Pair(certificate: "\(folder)/\(name).pem", key: "\(folder)/\(name).key")
        let csr = "\(folder)/\(name).csr"
        openssl(["req", "-out", csr] + request(name, key: pair.key, names: names))
        openssl([
            "x509", "-req", "-in", csr, "-CA", authority.certificate, "-CAkey", authority.key, "-days", "\(days)",
            "-copy_extensions", "copy", "-out", pair.certificate,
        ])
        return pair
    }

    private static func request(_ name: String, key: String, names: String) -> [String] {
        [
            "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-subj", "/CN=\(name)",
            "-addext", "subjectAltName=\(names)",
        ]
    }

    private static func openssl(_ arguments: [String]) {
        let process = command(arguments)
        try? process.run()
        process.waitUntilExit()
    }

    /// An `openssl` command that says nothing, not yet started.
    static func command(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        return process
    }
}
