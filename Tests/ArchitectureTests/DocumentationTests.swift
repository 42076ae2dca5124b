import Foundation
import Testing

/// The documents list everything that they promise to list.
@Suite struct DocumentationTests {
  private static let root = ImportTests.sources.deletingLastPathComponent()

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
  }

  @Test func everyDiagnosticCodeIsExplained() throws {
    let errors = try text("docs/errors.md")
    let codes = try text("Sources/AMCSQL/Diagnostics/DiagnosticCode.swift").matches(of: #/case \w+ = "(\w+)"/#)
    #expect(codes.count >= 28)
    for code in codes { #expect(errors.contains("| `\(code.1)` |"), "\(code.1)") }
  }

  @Test func everyEngineCodeIsNamed() throws {
    let errors = try text("docs/errors.md")
    let codes = try text("Sources/Warehouse/EngineError.swift").matches(of: #/case \w+ = "(\w+)"/#)
    #expect(codes.count >= 8)
    for code in codes { #expect(errors.contains("`\(code.1)`"), "\(code.1)") }
  }

  @Test func everyProblemOfIdentifiersIsExplained() throws {
    let (errors, rules) = (try text("docs/errors.md"), try text("docs/first-party-data.md"))
    let problems = try text("Sources/FirstPartyData/Normalising/IdentifierProblem.swift")
    let codes = problems.matches(of: #/case \w+ = "(\w+)"/#)
    #expect(codes.count >= 5)
    for code in codes {
      #expect(errors.contains("`\(code.1)`"), "\(code.1)")
      #expect(rules.contains("| `\(code.1)` |"), "\(code.1)")
    }
  }

  @Test func everyCodeOfAMigrationIsExplained() throws {
    let guide = try text("docs/migration.md")
    let files = [
      "Plan/FoundCall.swift", "Plan/PlanReader.swift", "Plan/PlanSettings.swift", "Policy/PolicyFinding.swift",
      "Import/ExportedItem.swift", "Facts/RetiredEndpoint.swift",
    ]
    for file in files {
      let text = try text("Sources/Migration/\(file)")
      let codes = text.matches(of: #/\n    case (\w+)(?: = "(\w+)")?(?=\n)/#).map { String($0.2 ?? $0.1) }
      #expect(codes.count >= 3, "\(file)")
      for code in codes where !["guide", "client", "dataSet", "workflow", "schedule"].contains(code) {
        #expect(guide.contains("`\(code)`"), "\(code)")
      }
    }
  }

  @Test func everyStorageCodeIsExplained() throws {
    let errors = try text("docs/errors.md")
    let codes = try text("Sources/ObjectStorage/StorageError.swift").matches(of: #/case \w+ = "(\w+)"/#)
    #expect(codes.count >= 10)
    for code in codes { #expect(errors.contains("| `\(code.1)` |"), "\(code.1)") }
  }

  /// Wherever an error type stands: its `code` is a constant, or a switch over its cases; errors of the clean room
  /// and of requests are declared with their codes.
  @Test func everyStableCodeIsNamed() throws {
    let documents = try text("docs/errors.md") + text("docs/migration.md")
    var found: Set<String> = []
    for path in try FileManager.default.subpathsOfDirectory(atPath: ImportTests.sources.path).sorted() {
      guard path.hasSuffix(".swift") else { continue }
      let source = try text("Sources/\(path)")
      found.formUnion(source.matches(of: #/(?:let|var) code = "([a-z_]+)"/#).map { String($0.1) })
      let declarations = source.matches(of: #/(?:CleanRoomError|LoginRefusal|RequestError)\(\s*"([a-z_]+)"/#)
      found.formUnion(declarations.map { String($0.1) })
      guard source.contains("var code: String {") else { continue }
      found.formUnion(source.matches(of: #/case \.[^:\n]+: "([a-z]+_[a-z_]+)"/#).map { String($0.1) })
    }
    #expect(found.count >= 100)
    for code in found.sorted() { #expect(documents.contains("`\(code)`"), "\(code)") }
  }

  @Test func everyTargetIsInTheArchitecture() throws {
    let architecture = try text("docs/architecture.md")
    for target in try PackageTarget.all() where target.isPartOfTheProgram {
      #expect(architecture.contains("| `\(target.name)` |"), "\(target.name)")
    }
  }

  @Test func filesThatTheArchitectureNamesExist() throws {
    let names = try text("docs/architecture.md").matches(of: #/`([A-Z][A-Za-z]+\/[A-Za-z\/+]+(?:\.swift)?)`/#).map(\.1)
    #expect(names.count >= 20)
    for name in names {
      let isThere = ["Sources/\(name)", String(name), "\(name).swift"].contains { path in
        FileManager.default.fileExists(atPath: Self.root.appendingPathComponent(path).path)
      }
      #expect(isThere, "\(name)")
    }
  }

  @Test func filesThatTheReadmeNamesExist() throws {
    for match in try text("README.md").matches(of: #/`?(docs/[a-z.\/-]+)/#) {
      let path = Self.root.appendingPathComponent(String(match.1)).path
      #expect(FileManager.default.fileExists(atPath: path), "\(match.1)")
    }
  }
}
