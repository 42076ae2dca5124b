import Foundation
import Testing

/// What `docs/` promises to list is listed.
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

  @Test func everyCodeOfTheAPIIsNamed() throws {
    let errors = try text("docs/errors.md")
    let files = [
      "CleanRoom/Support/CleanRoomError.swift", "AdsAPI/Support/RequestError.swift", "Login/LoginError.swift",
    ]
    for file in files {
      // `case .name: "code"`, with or without values
      let codes = try text("Sources/\(file)").matches(of: #/case \.\w+: "([a-z_]+)"/#)
      #expect(codes.count >= 2, "\(file)")
      for code in codes { #expect(errors.contains("`\(code.1)`"), "\(code.1)") }
    }
  }

  @Test func everyTargetIsInTheArchitecture() throws {
    let architecture = try text("docs/architecture.md")
    for target in try PackageTarget.all() where target.isPartOfTheProgram {
      #expect(architecture.contains("| `\(target.name)` |"), "\(target.name)")
    }
  }

  @Test func filesThatTheReadmeNamesExist() throws {
    for match in try text("README.md").matches(of: #/`?(docs/[a-z.\/-]+)/#) {
      let path = Self.root.appendingPathComponent(String(match.1)).path
      #expect(FileManager.default.fileExists(atPath: path), "\(match.1)")
    }
  }
}
