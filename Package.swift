// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: Swift 6 language mode with the upcoming features that make imports, existentials
/// and unsafe code visible, and no warning left standing.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// The modules from the bottom up; each may import only those above it in this list.
let package = Package(
    name: "tern",
    products: [.executable(name: "tern", targets: ["tern"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    ],
    targets: [
        .target(name: "CLinux"),
        .systemLibrary(name: "CMaxMindDB", pkgConfig: "libmaxminddb", providers: [.apt(["libmaxminddb-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .target(name: "Addressing"),
        .target(name: "Geography", dependencies: ["Addressing"]),
        .target(name: "DNSWire", dependencies: ["Addressing"]),
        .target(name: "HTTPWire"),
        .target(name: "ZoneFile", dependencies: ["Addressing", "Geography", "DNSWire"]),
        .target(name: "GeoData", dependencies: ["CMaxMindDB", "Addressing", "Geography"]),
        .target(name: "Balancing"),
        .target(name: "Telemetry", dependencies: ["Addressing"]),
        .target(name: "TCPTransport", dependencies: ["CLinux", "Addressing"]),
        .target(name: "TLSTransport", dependencies: ["COpenSSL"] + nio),
        .target(
            name: "Health",
            dependencies: ["Addressing", "DNSWire", "HTTPWire", "ZoneFile", "Telemetry", "TLSTransport", log] + nio
        ),
        .target(name: "Steering", dependencies: ["Addressing", "Geography", "DNSWire", "ZoneFile", "Telemetry"]),
        .target(name: "Authority", dependencies: ["Addressing", "DNSWire", "ZoneFile", "Steering"]),
        .target(
            name: "DNSServer",
            dependencies: [
                "CLinux", "Addressing", "DNSWire", "ZoneFile", "GeoData", "Health", "Telemetry", "Steering",
                "Authority", log,
            ] + nio
        ),
        .target(
            name: "Proxy",
            dependencies: [
                "CLinux", "Addressing", "DNSWire", "HTTPWire", "ZoneFile", "Balancing", "Health", "Telemetry",
                "TCPTransport", log,
            ] + nio
        ),
        .target(
            name: "Admin",
            dependencies: [
                "Addressing", log,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ] + nio
        ),
        .executableTarget(
            name: "tern",
            dependencies: [
                "Addressing", "DNSWire", "ZoneFile", "GeoData", "Steering", "DNSServer", "Proxy", "TLSTransport",
                "Telemetry", "Admin", argumentParser, log,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ] + nio
        ),

        .testTarget(name: "AddressingTests", dependencies: ["Addressing"]),
        .testTarget(name: "GeographyTests", dependencies: ["Geography"]),
        .testTarget(name: "DNSWireTests", dependencies: ["Addressing", "DNSWire"]),
        .testTarget(name: "HTTPWireTests", dependencies: ["HTTPWire"]),
        .testTarget(name: "ZoneFileTests", dependencies: ["Addressing", "Geography", "DNSWire", "ZoneFile"]),
        .testTarget(name: "GeoDataTests", dependencies: ["Addressing", "Geography", "GeoData"]),
        .testTarget(name: "TelemetryTests", dependencies: ["Addressing", "Telemetry"]),
        .testTarget(name: "BalancingTests", dependencies: ["Balancing", "CAllocationCounter"]),
        .testTarget(name: "TCPTransportTests", dependencies: ["CLinux", "Addressing", "TCPTransport"]),
        .testTarget(name: "TLSTransportTests", dependencies: ["TLSTransport"] + nio),
        .testTarget(
            name: "HealthTests",
            dependencies: [
                "Addressing", "DNSWire", "ZoneFile", "HTTPWire", "Telemetry", "TLSTransport", "Health", log,
            ] + nio
        ),
        .target(
            name: "FleetSimulation",
            dependencies: ["Addressing", "Geography", "DNSWire", "ZoneFile", "Steering"],
            path: "Tests/FleetSimulation"
        ),
        .testTarget(
            name: "SteeringTests",
            dependencies: [
                "Addressing", "Geography", "DNSWire", "ZoneFile", "Telemetry", "Steering", "FleetSimulation",
            ]
        ),
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        .executableTarget(
            name: "eval-latency",
            dependencies: ["Addressing", "Geography", "DNSWire", "ZoneFile", "Telemetry", "Steering"],
            path: "Benchmarks/Latency"
        ),
        .executableTarget(
            name: "micro",
            dependencies: [
                "CLinux", "Addressing", "Geography", "DNSWire", "ZoneFile", "GeoData", "Telemetry", "Steering",
                "Authority",
                "CAllocationCounter",
            ],
            path: "Benchmarks/Micro"
        ),
        .executableTarget(
            name: "capacity",
            dependencies: ["Steering", "FleetSimulation"],
            path: "Benchmarks/Capacity"
        ),
        .testTarget(
            name: "AuthorityTests",
            dependencies: [
                "Addressing", "Geography", "DNSWire", "ZoneFile", "Steering", "Authority", "CAllocationCounter",
            ]
        ),
        .testTarget(
            name: "DNSServerTests",
            dependencies: [
                "Addressing", "Geography", "DNSWire", "ZoneFile", "Telemetry", "Steering", "Authority", "DNSServer",
                log,
            ] + nio
        ),
        .testTarget(
            name: "ProxyTests",
            dependencies: [
                "CLinux", "Addressing", "DNSWire", "HTTPWire", "ZoneFile", "Balancing", "Health", "Telemetry",
                "TCPTransport", "Proxy", log,
            ] + nio
        ),
        .testTarget(
            name: "AdminTests",
            dependencies: ["Addressing", "Admin", log, .product(name: "HTTPTypes", package: "swift-http-types")] + nio
        ),
        .target(
            name: "FuzzTargets",
            dependencies: ["Addressing", "DNSWire", "HTTPWire", "ZoneFile", "Telemetry", "Steering", "Authority"],
            path: "Tests/Fuzz/Targets"
        ),
        .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets"]),
        .testTarget(name: "EndToEndTests", dependencies: ["Addressing", "DNSWire", "ZoneFile", "Telemetry", "tern"]),
    ]
)

for target in package.targets where target.type == .regular || target.type == .executable || target.type == .test {
    if !target.name.hasPrefix("C") || target.type == .test { target.swiftSettings = strict }
}

// What libFuzzer drives has no `main` of its own, so it is there only for `make fuzz`.
if Context.environment["TERN_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz",
            dependencies: ["FuzzTargets"],
            path: "Tests/Fuzz/Driver",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]
        )
    )
}
