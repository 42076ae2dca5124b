import Catalog
import Dialects
import Foundation
import Privacy
import Testing

@testable import Warehouse

/// Java's results for each line of `regular-expressions.tsv`, compared with those of queries: once with the pattern in
/// the query, where it may run on RE2, and once with the pattern from a column, where it never does.
@Suite struct RegularExpressionTests {
  struct Case: Sendable {
    var operation: String
    var pattern: String
    var text: String
    var replacement: String?
    /// The result, as JSON.
    var result: String

    /// SQL that is true if the query gives Java's result.
    func condition(pattern: String) -> String {
      let text = Self.literal(text)
      switch operation {
      case "matches": return "(\(text) SIMILAR TO \(pattern)) = \(result)"
      case "substr": return "REGEXP_SUBSTR(\(text), \(pattern)) IS NOT DISTINCT FROM \(expected)"
      case "replace": return "REGEXP_REPLACE(\(text), \(pattern), \(Self.literal(replacement ?? ""))) = \(expected)"
      case "split": return "REGEXP_SPLIT(\(text), \(pattern)) = ARRAY[\(expected)]"
      default: return "FALSE"
      }
    }

    /// The result as SQL literals.
    private var expected: String {
      let value = try? JSONSerialization.jsonObject(with: Data(result.utf8), options: [.fragmentsAllowed])
      switch value {
      case let text as String: return Self.literal(text)
      case let list as [String]: return list.map(Self.literal).joined(separator: ", ")
      default: return "CAST(NULL AS VARCHAR)"
      }
    }

    static func literal(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
  }

  static func cases() throws -> [Case] {
    let url = try #require(
      Bundle.module.url(forResource: "regular-expressions", withExtension: "tsv", subdirectory: "Fixtures"))
    return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
      line in
      let parts = line.split(separator: "\t").map(String.init)
      try #require(parts.count == 5, "\(line)")
      let texts = try parts[1...3].map { part in
        try JSONSerialization.jsonObject(with: Data(part.utf8), options: [.fragmentsAllowed]) as? String
      }
      return Case(
        operation: parts[0], pattern: try #require(texts[0]), text: try #require(texts[1]), replacement: texts[2],
        result: parts[4])
    }
  }

  private func answers(_ sql: String, _ signals: TestSignals) async throws -> [Substring] {
    let compiled = try await QueryCompiler().compile(sql, for: .measurement, in: FixtureTests.wideContext)
    let rows = try await signals.run(compiled.query)
    return try #require(rows.last).split(separator: ",", omittingEmptySubsequences: false)
  }

  @Test func literalPatternsMatchJava() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let cases = try Self.cases()
    #expect(cases.count > 500)
    let items = cases.enumerated().map { "\($1.condition(pattern: Case.literal($1.pattern))) AS c\($0)" }
    let answers = try await answers("SELECT \(items.joined(separator: ",\n"))", signals)
    #expect(answers.count == cases.count)
    for (one, answer) in zip(cases, answers) { #expect(answer == "true", "\(one)") }
  }

  @Test func patternsFromColumnsMatchJava() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let cases = try Self.cases()
    let values = cases.map { Case.literal($0.pattern) }.joined(separator: ", ")
    let names = cases.indices.map { "p\($0)" }
    let items = cases.enumerated().map { "\($1.condition(pattern: "p\($0)")) AS c\($0)" }
    let sql =
      "WITH v (\(names.joined(separator: ", "))) AS (VALUES (\(values)))\nSELECT \(items.joined(separator: ",\n")) FROM v"
    let answers = try await answers(sql, signals)
    #expect(answers.count == cases.count)
    for (one, answer) in zip(cases, answers) { #expect(answer == "true", "\(one)") }
  }
}
