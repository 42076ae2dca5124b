import Foundation
import Testing

/// Imports go one way: a target imports only targets above it in this list, which are below it in
/// `docs/architecture.md`.
@Suite struct ImportTests {
  /// Every target outside the test targets, from the lowest to the highest, with the project's targets that its files
  /// may import. A target that is missing here fails a test, and so does one that names a target after it.
  static let allowed: KeyValuePairs<String, Set<String>> = [
    "CThreads": [], "CDuckDB": [], "CCodecs": [], "CSipHash": [], "CConfinement": [],
    "Base": [],
    "ObjectStorage": ["Base"],
    "Metadata": ["Base"],
    // Noise with a proven guarantee
    "DifferentialPrivacy": ["Base"],
    // The way of a query
    "AMCSQL": ["Base"],
    "RegularExpressions": [],
    "Catalog": ["Base", "AMCSQL", "RegularExpressions"],
    "Privacy": ["Base", "DifferentialPrivacy", "AMCSQL", "Catalog"],
    "Dialects": ["CThreads", "Base", "DifferentialPrivacy", "AMCSQL", "RegularExpressions", "Catalog", "Privacy"],
    "FirstPartyData": ["Base"],
    "Warehouse": [
      "CDuckDB", "CCodecs", "CSipHash", "CConfinement", "Base", "ObjectStorage", "DifferentialPrivacy",
      "RegularExpressions", "Catalog", "Privacy", "Dialects", "FirstPartyData",
    ],
    "Sandbox": ["Base", "ObjectStorage", "Catalog", "Dialects", "FirstPartyData", "Warehouse"],
    // The clean room
    "Jobs": ["Base", "ObjectStorage", "Metadata"],
    "CleanRoom": [
      "Base", "ObjectStorage", "Metadata", "DifferentialPrivacy", "AMCSQL", "Catalog", "Warehouse", "Jobs",
    ],
    "Backup": ["Base", "ObjectStorage", "Metadata", "Warehouse", "CleanRoom"],
    "AdvertiserData": [
      "Base", "ObjectStorage", "Metadata", "DifferentialPrivacy", "Catalog", "FirstPartyData", "Warehouse", "Jobs",
      "CleanRoom",
    ],
    "Queries": [
      "Base", "ObjectStorage", "Metadata", "DifferentialPrivacy", "AMCSQL", "Catalog", "Privacy", "Dialects",
      "Warehouse", "CleanRoom", "AdvertiserData",
    ],
    "Measurement": [
      "Base", "ObjectStorage", "Metadata", "DifferentialPrivacy", "AMCSQL", "Catalog", "Privacy", "Jobs", "CleanRoom",
      "Queries",
    ],
    "Audiences": [
      "Base", "ObjectStorage", "Metadata", "DifferentialPrivacy", "Catalog", "Privacy", "Warehouse", "Jobs",
      "CleanRoom", "Queries",
    ],
    "Activation": ["Base", "ObjectStorage", "Metadata", "Warehouse", "Jobs", "CleanRoom", "AdvertiserData"],
    // The API and the program
    "Login": ["Base", "Metadata"],
    "Migration": [
      "Base", "ObjectStorage", "Metadata", "AMCSQL", "Privacy", "CleanRoom", "AdvertiserData", "Queries", "Measurement",
    ],
    "AdsAPI": [
      "CCodecs", "Base", "ObjectStorage", "Metadata", "AMCSQL", "Catalog", "Privacy", "FirstPartyData", "Warehouse",
      "Jobs", "CleanRoom", "AdvertiserData", "Queries", "Measurement", "Audiences", "Activation", "Login", "Migration",
    ],
    "adyton": [
      "Base", "ObjectStorage", "Metadata", "AMCSQL", "Catalog", "Privacy", "Dialects", "FirstPartyData", "Warehouse",
      "Sandbox", "Jobs", "CleanRoom", "Backup", "AdvertiserData", "Queries", "Measurement", "Audiences", "Activation",
      "Login", "Migration", "AdsAPI",
    ],
    "adyton-bench": [
      "Base", "ObjectStorage", "Metadata", "DifferentialPrivacy", "AMCSQL", "Catalog", "Privacy", "Dialects",
      "FirstPartyData", "Warehouse", "Sandbox", "CleanRoom", "AdvertiserData", "Queries", "Login", "AdsAPI",
    ],
    // What tests share
    "CTestSetup": [],
    "TestSupport": ["CTestSetup", "Privacy", "Dialects"],
    "WarehouseTestSupport": ["ObjectStorage", "Warehouse"],
    "S3TestSupport": ["ObjectStorage"],
    "ServerTestSupport": [
      "Base", "ObjectStorage", "Metadata", "DifferentialPrivacy", "AMCSQL", "Privacy", "Warehouse", "Jobs",
      "CleanRoom", "AdvertiserData", "Queries", "Measurement", "Audiences", "Login",
    ],
  ]

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let sources = root.appending(path: "Sources")

  @Test func everyTargetIsListed() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.sources.path).filter { !$0.hasPrefix(".") }
    let listed = Self.allowed.map(\.key)
    #expect(Set(listed).count == listed.count)
    #expect(Set(folders).subtracting(listed).isEmpty)
    let declared = try PackageTarget.all().filter { !$0.isTest }.map(\.name)
    #expect(Set(declared) == Set(listed))
  }

  @Test func noTargetMayImportOneAboveIt() {
    var below: Set<String> = []
    for (target, imports) in Self.allowed {
      #expect(imports.isSubset(of: below), "\(target) may import \(imports.subtracting(below)), which stands above it")
      below.insert(target)
    }
  }

  @Test func filesImportWhatTheirTargetMay() throws {
    let allowed = Dictionary(uniqueKeysWithValues: Self.allowed.map { ($0.key, $0.value) })
    for target in try PackageTarget.all() where !target.isTest {
      for file in try Self.swiftFiles(in: target.folder) {
        for module in try Self.imports(of: file) where allowed[module] != nil && module != target.name {
          #expect(
            allowed[target.name]?.contains(module) == true,
            "\(file.lastPathComponent) imports \(module), which \(target.name) may not")
        }
      }
    }
  }

  /// Test targets import what `Package.swift` gives them, directly or by way of other targets.
  @Test func filesImportWhatThePackageDeclares() throws {
    let targets = try PackageTarget.all()
    let own = Set(targets.map(\.name))
    var reach: [String: Set<String>] = [:]
    for target in targets {
      #expect(
        target.dependencies.allSatisfy { reach[$0] != nil },
        "Package.swift declares \(target.name) before a target that it depends on")
      reach[target.name] = target.dependencies.reduce(into: Set(target.dependencies)) { $0.formUnion(reach[$1] ?? []) }
      for file in try Self.swiftFiles(in: target.folder) {
        let imports = Set(try Self.imports(of: file)).intersection(own).subtracting([target.name])
        let undeclared = imports.subtracting(reach[target.name] ?? [])
        #expect(undeclared.isEmpty, "\(file.lastPathComponent) of \(target.name) imports \(undeclared)")
      }
    }
  }

  @Test func thePackageDeclaresOnlyWhatIsAllowed() throws {
    let allowed = Dictionary(uniqueKeysWithValues: Self.allowed.map { ($0.key, $0.value) })
    for target in try PackageTarget.all() where !target.isTest {
      let extra = Set(target.dependencies).subtracting(allowed[target.name] ?? [])
      #expect(extra.isEmpty, "Package.swift lets \(target.name) depend on \(extra)")
    }
  }

  /// Clients' queries reach the engine in one way only: nothing above the warehouse opens the door for statements of
  /// the project's own, except the sandbox and the loader.
  @Test func onlyTheSandboxAndTheWarehouseRunStatementsOfTheirOwn() throws {
    let mayOpenTheDoor: Set = ["Warehouse", "Sandbox"]
    for target in try FileManager.default.contentsOfDirectory(atPath: Self.sources.path)
    where !mayOpenTheDoor.contains(target) {
      for file in try Self.swiftFiles(in: Self.sources.appending(path: target)) {
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(!text.contains("TrustedSession"), "\(target)/\(file.lastPathComponent)")
      }
    }
  }

  /// The files of a target of the program.
  static func swiftFiles(of target: String) throws -> [URL] { try swiftFiles(in: sources.appending(path: target)) }

  private static func swiftFiles(in folder: URL) throws -> [URL] {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    return paths.filter { $0.hasSuffix(".swift") }.map { folder.appending(path: $0) }
  }

  /// The modules behind `import`, with or without an access level, an attribute or a kind before the name.
  private static func imports(of file: URL) throws -> [String] {
    let text = try String(contentsOf: file, encoding: .utf8)
    let pattern =
      /^\s*(?:@\w+\s+)*(?:(?:public|package|internal|private|fileprivate)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|typealias|var|let)\s+)?(\w+)/
      .anchorsMatchLineEndings()
    return text.matches(of: pattern).map { String($0.1) }
  }
}

/// A target as `Package.swift` declares it.
struct PackageTarget {
  var name: String
  var isTest: Bool
  /// The project's own targets that it depends on.
  var dependencies: [String]
  var folder: URL

  /// Whether it is one of the program's targets in Swift.
  var isPartOfTheProgram: Bool {
    folder.path().contains("/Sources/") && !["CDuckDB", "CCodecs", "CSipHash", "CThreads", "CConfinement"].contains(name)
  }

  /// All targets, in the order of their declaration.
  static func all() throws -> [PackageTarget] {
    let text = try String(contentsOf: ImportTests.root.appending(path: "Package.swift"), encoding: .utf8)
    let blocks = text.split(separator: /\n    \.(?=(target|testTarget|executableTarget)\()/).dropFirst()
    return blocks.compactMap { block in
      guard let name = block.firstMatch(of: /name: "([^"]+)"/)?.1 else { return nil }
      let isTest = block.hasPrefix("testTarget")
      let list = block.replacing(/\.product\([^)]*\)/, with: "").firstMatch(of: /dependencies: \[([^\]]*)\]/)?.1 ?? ""
      let path = block.firstMatch(of: /path: "([^"]+)"/).map { String($0.1) }
      return PackageTarget(
        name: String(name), isTest: isTest, dependencies: list.matches(of: /"([^"]+)"/).map { String($0.1) },
        folder: ImportTests.root.appending(path: path ?? (isTest ? "Tests/\(name)" : "Sources/\(name)")))
    }
  }
}
