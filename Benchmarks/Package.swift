// swift-tools-version: 6.2
import PackageDescription

/// The settings of the main package's targets.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "benchmarks",
    products: [
        .executable(name: "dnsload", targets: ["dnsload"]),
        .executable(name: "dnsecho", targets: ["dnsecho"]),
    ],
    targets: [
        .target(name: "CDatagram"),
        .target(name: "Datagrams", dependencies: ["CDatagram"], swiftSettings: strict),
        .executableTarget(name: "dnsload", dependencies: ["CDatagram", "Datagrams"], swiftSettings: strict),
        .executableTarget(name: "dnsecho", dependencies: ["CDatagram", "Datagrams"], swiftSettings: strict),
        .testTarget(name: "dnsloadTests", dependencies: ["dnsload"], swiftSettings: strict),
    ]
)
