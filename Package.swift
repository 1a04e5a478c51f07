// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: Swift 6 language mode with the upcoming features that make imports, existentials
/// and unsafe code visible, and no warning left standing.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
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
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .target(name: "CLinux"),
        .systemLibrary(name: "CMaxMindDB", pkgConfig: "libmaxminddb", providers: [.apt(["libmaxminddb-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .target(name: "Addressing"),
        .target(name: "Geography", dependencies: ["Addressing"]),
        .target(name: "DNSWire", dependencies: ["Addressing"]),
        .target(name: "ZoneFile", dependencies: ["Addressing", "Geography", "DNSWire"]),
        .executableTarget(name: "tern", dependencies: ["DNSWire", "ZoneFile", argumentParser, log] + nio),
    ]
)

for target in package.targets where target.type == .regular || target.type == .executable || target.type == .test {
    if target.name != "CLinux" { target.swiftSettings = strict }
}
