import Foundation
import Testing

/// Imports go one way: a target never imports one that stands above it in `docs/architecture.md`.
@Suite struct ImportTests {
  /// What each target may import of the project's own targets. A target that is missing here fails the test.
  static let allowed: [String: Set<String>] = [
    "Base": [],
    "AMCSQL": ["Base"],
    "RegularExpressions": [],
    "Catalog": ["Base", "AMCSQL", "RegularExpressions"],
    "Privacy": ["Base", "AMCSQL", "Catalog"],
    "CThreads": [],
    "Dialects": ["Base", "AMCSQL", "RegularExpressions", "Catalog", "Privacy", "CThreads"],
    "CDuckDB": [],
    "CCodecs": [],
    "CDigest": [],
    "ObjectStorage": ["Base"],
    "Metadata": ["Base"],
    "FirstPartyData": ["Base"],
    "Warehouse": [
      "Base", "FirstPartyData", "AMCSQL", "RegularExpressions", "Catalog", "Privacy", "Dialects", "CDuckDB", "CCodecs",
      "CDigest", "ObjectStorage",
    ],
    "Sandbox": ["Base", "FirstPartyData", "AMCSQL", "Catalog", "Privacy", "Dialects", "Warehouse", "ObjectStorage"],
    "CleanRoom": [
      "Base", "FirstPartyData", "AMCSQL", "Catalog", "Privacy", "Dialects", "Warehouse", "Metadata", "ObjectStorage",
    ],
    "Login": ["Base", "Metadata"],
    "Migration": [
      "Base", "AMCSQL", "FirstPartyData", "Catalog", "Privacy", "Dialects", "Warehouse", "Metadata", "ObjectStorage",
      "CleanRoom",
    ],
    "AdsAPI": [
      "Base", "Migration", "AMCSQL", "FirstPartyData", "Catalog", "Privacy", "Dialects", "Warehouse", "Metadata",
      "ObjectStorage",
      "CleanRoom", "Login",
    ],
    "adyton": [
      "Base", "Migration", "AMCSQL", "FirstPartyData", "Catalog", "Privacy", "Dialects", "Warehouse", "Metadata",
      "ObjectStorage",
      "CleanRoom", "Login",
      "AdsAPI", "Sandbox",
    ],
  ]

  static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Sources")

  @Test func everyTargetHasItsPlace() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.sources.path).filter { !$0.hasPrefix(".") }
    #expect(Set(folders) == Set(Self.allowed.keys))
  }

  @Test(arguments: allowed.keys.sorted())
  func importsGoDownwards(_ target: String) throws {
    let files = try Self.swiftFiles(of: target)
    #expect(!files.isEmpty || ["CDuckDB", "CCodecs", "CDigest", "CThreads"].contains(target))
    let own = Set(Self.allowed.keys)
    for file in files {
      for module in try Self.imports(of: file) where own.contains(module) && module != target {
        let isAllowed = Self.allowed[target]?.contains(module) == true
        #expect(isAllowed, "\(file.lastPathComponent) imports \(module), which \(target) may not")
      }
    }
  }

  /// Clients' queries reach the engine in one way only: nothing above the warehouse opens the door for statements of the
  /// project's own, but for the sandbox and the loader.
  @Test func onlyTheSandboxAndTheWarehouseRunStatementsOfTheirOwn() throws {
    for target in Self.allowed.keys.sorted() where !["Warehouse", "Sandbox"].contains(target) {
      for file in try Self.swiftFiles(of: target) {
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(!text.contains("TrustedSession"), "\(target)/\(file.lastPathComponent)")
      }
    }
  }

  private static func swiftFiles(of target: String) throws -> [URL] {
    let folder = sources.appendingPathComponent(target)
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    return paths.filter { $0.hasSuffix(".swift") }.map { folder.appendingPathComponent($0) }
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
