import AMCSQL
import Catalog
import Dialects
import Foundation
import Privacy
import TestSupport
import Testing

/// Any text either compiles or is refused, and both follow rules.
@Suite struct FuzzTests {
  static let seed = SeededGenerator.seed(standard: 20_250_131)

  /// Queries to change: those of the corpus, which are refused, and those of the dialects' fixtures, most of which
  /// compile.
  private static let queries: [Fixture] = {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let fixtures = tests.appending(path: "DialectsTests/Fixtures")
    return CorpusTests.corpus + Fixture.load(fixtures) + Fixture.load(fixtures.appending(path: "functions"))
  }()

  private static let context: BindingContext = {
    var context = CorpusTests.context
    context.parameters.merge(["campaign": .string("campaign 1"), "least": .integer(3)]) { $1 }
    return context
  }()

  /// Compiles the text, and checks the result or the refusal.
  ///
  /// - Returns: Whether it compiles.
  @discardableResult
  private func compile(_ text: String, _ purpose: Purpose) async -> Bool {
    do {
      let compiled = try await QueryCompiler().compile(text, for: purpose, in: Self.context)
      await check(compiled, of: text, purpose)
      return true
    } catch {
      #expect(!error.diagnostics.isEmpty)
      for problem in error.diagnostics { check(problem, of: text) }
      return false
    }
  }

  private func check(_ problem: Diagnostic, of text: String) {
    let length = text.utf8.count
    #expect(!problem.message.isEmpty)
    #expect(problem.span.start.offset >= 0 && problem.span.end.offset <= length, "seed \(Self.seed): \(text)")
  }

  /// A query that compiles does so in its printed form too, and shows only what its purpose allows.
  private func check(_ compiled: QueryCompiler.Compiled, of text: String, _ purpose: Purpose) async {
    let comment: Comment = "seed \(Self.seed): \(text)"
    for note in compiled.notes { check(note, of: text) }
    #expect(!compiled.query.columns.isEmpty, comment)
    let shown = compiled.query.columns.filter { $0.type == .userKey }
    switch purpose {
    case .measurement: #expect(shown.isEmpty, comment)
    case .audience: #expect(shown.count == 1, comment)
    // No client's text is compiled for these.
    case .features: break
    }
    do {
      let printed = Printer.print(try Parser.parse(text))
      let again = try await QueryCompiler().compile(printed, for: purpose, in: Self.context)
      #expect(again.query.sql == compiled.query.sql, comment)
    } catch {
      Issue.record("\(comment): its printed form is refused: \(error)")
    }
  }

  @Test func randomBytesNeverCrash() async {
    var random = SeededGenerator(seed: Self.seed)
    for _ in 0..<3_000 {
      let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      await compile(String(decoding: bytes, as: UTF8.self), .measurement)
    }
  }

  private static let words = [
    "SELECT", "DISTINCT", "FROM", "WHERE", "GROUP", "BY", "HAVING", "WITH", "AS", "UNION", "ALL", "JOIN", "LEFT",
    "FULL",
    "OUTER", "CROSS", "ON", "USING", "AND", "OR", "NOT", "IN", "EXISTS", "BETWEEN", "LIKE", "IS", "NULL", "CASE",
    "WHEN",
    "THEN", "ELSE", "END", "CAST", "OVER", "PARTITION", "ORDER", "ROWS", "UNBOUNDED", "PRECEDING", "CURRENT", "ROW",
    "FILTER", "VALUES", "TABLE", "EXTEND_TIME_WINDOW", "ARRAY", "WINDOW", "EXPLODE", "COUNT", "SUM", "MAX", "COALESCE",
    "RANK", "NAMED_ROW", "CUSTOM_PARAMETER", "TRIM", "EXTRACT", "DATE", "dsp_impressions", "dsp_clicks", "conversions",
    "user_id", "campaign", "postal_code", "impressions", "i", "c", "x", "1", "2.5", "1e9", "'a'", "'98101'",
    "'2025-01-01'",
    "\"q\"", "(", ")", "[", "]", ",", ".", ";", "+", "-", "*", "/", "%", "=", "<>", "<", ">=", "||", "BIGINT",
    "VARCHAR",
  ]

  @Test func randomWordsNeverCrash() async {
    var random = SeededGenerator(seed: Self.seed &+ 1)
    for _ in 0..<4_000 {
      let count = Int.random(in: 1...25, using: &random)
      let words = (0..<count).compactMap { _ in Self.words.randomElement(using: &random) }
      await compile((["SELECT"] + words).joined(separator: " "), .measurement)
    }
  }

  /// Words of queries are exchanged, left out and repeated. Such queries are nearer to valid ones than
  /// random words are.
  @Test func mutatedQueriesFollowTheRules() async {
    var random = SeededGenerator(seed: Self.seed &+ 2)
    var (compiled, refused) = (0, 0)
    for _ in 0..<8_000 {
      guard let query = Self.queries.randomElement(using: &random), query.sql.utf8.count < 1_000 else { continue }
      var words = query.sql.split(separator: " ").map(String.init)
      for _ in 0..<Int.random(in: 1...4, using: &random) where !words.isEmpty {
        let index = Int.random(in: 0..<words.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: words.remove(at: index)
        case 1: words[index] = Self.words.randomElement(using: &random) ?? ""
        default: words.insert(words[Int.random(in: 0..<words.count, using: &random)], at: index)
        }
      }
      if await compile(words.joined(separator: " "), query.queryPurpose ?? .measurement) {
        compiled += 1
      } else {
        refused += 1
      }
    }
    // Both rules have been tried.
    #expect(compiled > 100 && refused > 1_000, "\(compiled) compiled, \(refused) were refused")
  }
}
