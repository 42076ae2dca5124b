// swift-tools-version: 6.1
import PackageDescription

// Targets are named after the stages that a query passes through; imports go one way, downwards in
// this list (Tests/ArchitectureTests holds that). See docs/architecture.md.

let duckDBLibraries = Context.environment["ADYTON_DUCKDB_LIB"] ?? "\(Context.packageDirectory)/.deps/duckdb/lib"

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
  name: "adyton",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "adyton", targets: ["adyton"])],
  // Exact versions, because Package.resolved can't be kept: it names revisions, and those of a mirror are not GitHub's
  // (docs/decisions/README.md).
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/attaswift/BigInt", exact: "6.0.1"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
  ],
  targets: [
    // MARK: What all targets stand on
    .target(name: "Base", swiftSettings: strict),

    // MARK: Where things are kept
    .target(
      name: "ObjectStorage",
      dependencies: [
        "Base",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .target(
      name: "Metadata",
      dependencies: [
        "Base", .product(name: "Crypto", package: "swift-crypto"), .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),

    // MARK: Noise with a proven guarantee
    .target(
      name: "DifferentialPrivacy",
      dependencies: [
        "Base", .product(name: "BigInt", package: "BigInt"), .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),

    // MARK: The way of a query
    .target(name: "AMCSQL", dependencies: ["Base"], swiftSettings: strict),
    .target(name: "RegularExpressions", swiftSettings: strict),
    .target(
      name: "Catalog",
      dependencies: [
        "AMCSQL", "RegularExpressions", .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      resources: [.copy("Resources")],
      swiftSettings: strict),
    .target(
      name: "Privacy",
      dependencies: ["Catalog", "DifferentialPrivacy"],
      swiftSettings: strict),
    .target(name: "CThreads"),
    .target(name: "Dialects", dependencies: ["Privacy", "RegularExpressions", "CThreads"], swiftSettings: strict),
    .target(
      name: "CDuckDB",
      linkerSettings: [
        .linkedLibrary("duckdb"),
        .unsafeFlags(["-L\(duckDBLibraries)", "-Xlinker", "-rpath", "-Xlinker", duckDBLibraries]),
      ]),
    .target(name: "CSipHash", exclude: ["README.md"]),
    .target(name: "CConfinement"),
    .target(
      name: "CCodecs",
      linkerSettings: [
        .linkedLibrary("z"), .linkedLibrary("bz2"), .linkedLibrary("iconv", .when(platforms: [.macOS])),
      ]),
    .target(
      name: "FirstPartyData",
      dependencies: ["Base", .product(name: "Crypto", package: "swift-crypto")],
      resources: [.copy("Resources")],
      swiftSettings: strict),
    .target(
      name: "Warehouse",
      dependencies: [
        "Dialects", "DifferentialPrivacy", "RegularExpressions", "ObjectStorage", "FirstPartyData", "CDuckDB",
        "CCodecs", "CSipHash", "CConfinement",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),

    // MARK: The clean room
    .target(name: "Sandbox", dependencies: ["Catalog", "FirstPartyData", "Warehouse"], swiftSettings: strict),
    .target(
      name: "Jobs",
      dependencies: [
        "Base", "Metadata", "ObjectStorage", .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .target(
      name: "CleanRoom",
      dependencies: [
        "Base", "AMCSQL", "Catalog", "DifferentialPrivacy", "Jobs", "Metadata", "ObjectStorage", "Warehouse",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .target(
      name: "Backup",
      dependencies: ["Base", "CleanRoom", "Metadata", "ObjectStorage", "Warehouse"],
      swiftSettings: strict),
    .target(
      name: "AdvertiserData",
      dependencies: [
        "Base", "Catalog", "CleanRoom", "DifferentialPrivacy", "FirstPartyData", "Jobs", "Metadata", "ObjectStorage",
        "Warehouse",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .target(
      name: "Queries",
      dependencies: [
        "Base", "AMCSQL", "AdvertiserData", "Catalog", "CleanRoom", "DifferentialPrivacy", "Dialects", "Metadata",
        "ObjectStorage", "Privacy",
        "Warehouse",
      ],
      swiftSettings: strict),
    .target(
      name: "Measurement",
      dependencies: [
        "Base", "AMCSQL", "Catalog", "CleanRoom", "DifferentialPrivacy", "Jobs", "Metadata", "ObjectStorage", "Privacy",
        "Queries",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .target(
      name: "Audiences",
      dependencies: [
        "Base", "Catalog", "CleanRoom", "DifferentialPrivacy", "Jobs", "Metadata", "ObjectStorage", "Privacy",
        "Queries", "Warehouse",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      resources: [.copy("Resources")],
      swiftSettings: strict),
    .target(
      name: "Activation",
      dependencies: ["Base", "AdvertiserData", "CleanRoom", "Jobs", "Metadata", "ObjectStorage", "Warehouse"],
      swiftSettings: strict),

    // MARK: The API and the program
    .target(
      name: "Login",
      dependencies: [
        "Metadata", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .target(
      name: "Migration",
      dependencies: ["AdvertiserData", "CleanRoom", "Measurement", "Metadata", "ObjectStorage", "Queries"],
      resources: [.copy("Resources")],
      swiftSettings: strict),
    .target(
      name: "AdsAPI",
      dependencies: [
        "Activation", "AdvertiserData", "Audiences", "CCodecs", "CleanRoom", "FirstPartyData", "Jobs", "Login",
        "Measurement", "Metadata", "Migration", "ObjectStorage", "Queries",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HummingbirdHTTP2", package: "hummingbird"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      resources: [.copy("Resources")],
      swiftSettings: strict),
    .executableTarget(
      name: "adyton",
      dependencies: [
        "Activation", "AdsAPI", "AdvertiserData", "Audiences", "Backup", "CleanRoom", "Dialects", "FirstPartyData",
        "Jobs", "Login", "Measurement", "Metadata", "Migration", "ObjectStorage", "Queries", "Sandbox", "Warehouse",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),

    // MARK: Benchmarks
    .executableTarget(
      name: "adyton-bench",
      dependencies: [
        "AdsAPI", "AdvertiserData", "CleanRoom", "Dialects", "DifferentialPrivacy", "FirstPartyData", "Login",
        "Metadata", "ObjectStorage", "Queries", "Sandbox", "Warehouse",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      path: "Benchmarks/AdytonBench",
      swiftSettings: strict),

    // MARK: Tests
    .target(name: "CTestSetup", path: "Tests/CTestSetup"),
    .target(
      name: "TestSupport",
      dependencies: ["Dialects", "CTestSetup", .product(name: "Crypto", package: "swift-crypto")],
      path: "Tests/TestSupport", swiftSettings: strict),
    .target(
      name: "WarehouseTestSupport", dependencies: ["ObjectStorage", "Warehouse"],
      path: "Tests/WarehouseTestSupport", swiftSettings: strict),
    .target(
      name: "S3TestSupport", dependencies: ["ObjectStorage"], path: "Tests/S3TestSupport",
      exclude: ["s3_server.py"], swiftSettings: strict),
    .target(
      name: "ServerTestSupport",
      dependencies: [
        "AdvertiserData", "Audiences", "CleanRoom", "DifferentialPrivacy", "Jobs", "Login", "Measurement", "Metadata",
        "ObjectStorage",
        "Queries", "Warehouse",
      ],
      path: "Tests/ServerTestSupport",
      swiftSettings: strict),
    .testTarget(name: "BaseTests", dependencies: ["Base", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "DifferentialPrivacyTests",
      dependencies: ["Base", "DifferentialPrivacy", "TestSupport", .product(name: "BigInt", package: "BigInt")],
      exclude: ["opendp_reference.py"], swiftSettings: strict),
    .testTarget(
      name: "FirstPartyDataTests", dependencies: ["FirstPartyData"], resources: [.copy("Fixtures")],
      swiftSettings: strict),
    .testTarget(name: "AMCSQLTests", dependencies: ["AMCSQL", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "RegularExpressionsTests", dependencies: ["RegularExpressions", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "CatalogTests", dependencies: ["Catalog", "TestSupport"], resources: [.copy("Corpus")],
      swiftSettings: strict),
    .testTarget(
      name: "PrivacyTests", dependencies: ["Dialects", "TestSupport"], resources: [.copy("Corpus")],
      swiftSettings: strict),
    .testTarget(
      name: "DialectsTests",
      dependencies: ["Dialects", "RegularExpressions", "Warehouse", "TestSupport", "WarehouseTestSupport"],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "AttackTests",
      dependencies: [
        "Audiences", "CleanRoom", "DifferentialPrivacy", "Dialects", "Jobs", "Measurement", "Metadata", "ObjectStorage",
        "Queries",
        "ServerTestSupport", "TestSupport", "Warehouse", "WarehouseTestSupport",
        .product(name: "Logging", package: "swift-log"),
      ], resources: [.copy("Attacks")], swiftSettings: strict),
    .testTarget(
      name: "ObjectStorageTests", dependencies: ["ObjectStorage", "S3TestSupport", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "WarehouseTests",
      dependencies: [
        "FirstPartyData", "Warehouse", "S3TestSupport", "TestSupport",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "SandboxTests", dependencies: ["FirstPartyData", "Sandbox", "S3TestSupport", "WarehouseTestSupport"],
      swiftSettings: strict),
    .testTarget(name: "ArchitectureTests", dependencies: ["CTestSetup"], swiftSettings: strict),
    .testTarget(
      name: "SystemTests",
      dependencies: [
        "adyton", "ObjectStorage", "S3TestSupport", "TestSupport", "Warehouse",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "MetadataTests",
      dependencies: ["Metadata", "ServerTestSupport", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: strict),
    .testTarget(
      name: "LoginTests",
      dependencies: [
        "CleanRoom", "Login", "Metadata", "ServerTestSupport", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "CleanRoomTests",
      dependencies: [
        "Activation", "AdvertiserData", "Audiences", "CleanRoom", "DifferentialPrivacy", "Jobs", "Measurement",
        "Metadata", "ObjectStorage",
        "Queries", "S3TestSupport", "Sandbox", "ServerTestSupport", "TestSupport", "Warehouse",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "InMemoryLogging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "BackupTests",
      dependencies: [
        "Backup", "CleanRoom", "Metadata", "ObjectStorage", "S3TestSupport", "ServerTestSupport", "Warehouse",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "MigrationTests",
      dependencies: [
        "AdvertiserData", "CleanRoom", "Measurement", "Metadata", "Migration", "ObjectStorage", "Queries",
        "ServerTestSupport", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "AdsAPITests",
      dependencies: [
        "AdsAPI", "AdvertiserData", "CleanRoom", "Jobs", "Login", "Metadata", "Migration", "Queries",
        "ServerTestSupport", "TestSupport", "Warehouse",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
  ]
)
