import AMCSQL
import Dialects
import Privacy
import TestSupport
import Testing

/// Any text compiles or is refused.
@Suite struct FuzzTests {
  static let seed = SeededGenerator.seed(standard: 20_250_131)

  /// Compiles the text, and checks the refusal if there is one.
  private func compile(_ text: String, _ purpose: Purpose) {
    do {
      _ = try QueryCompiler().compile(text, for: purpose, in: CorpusTests.context)
    } catch {
      let length = text.utf8.count
      for problem in error.diagnostics {
        #expect(!problem.message.isEmpty)
        #expect(problem.span.start.offset >= 0 && problem.span.end.offset <= length, "seed \(Self.seed): \(text)")
      }
    }
  }

  @Test func randomBytesNeverCrash() {
    var random = SeededGenerator(seed: Self.seed)
    for _ in 0..<3_000 {
      let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      compile(String(decoding: bytes, as: UTF8.self), .measurement)
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

  @Test func randomWordsNeverCrash() {
    var random = SeededGenerator(seed: Self.seed &+ 1)
    for _ in 0..<4_000 {
      let count = Int.random(in: 1...25, using: &random)
      let words = (0..<count).compactMap { _ in Self.words.randomElement(using: &random) }
      compile((["SELECT"] + words).joined(separator: " "), .measurement)
    }
  }

  /// Words of the corpus's queries are exchanged, left out and repeated. Such queries are nearer to valid ones than
  /// random words are.
  @Test func mutatedQueriesNeverCrash() {
    var random = SeededGenerator(seed: Self.seed &+ 2)
    for _ in 0..<4_000 {
      guard let query = CorpusTests.corpus.randomElement(using: &random), query.sql.utf8.count < 1_000 else { continue }
      var words = query.sql.split(separator: " ").map(String.init)
      for _ in 0..<Int.random(in: 1...4, using: &random) where !words.isEmpty {
        let place = Int.random(in: 0..<words.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: words.remove(at: place)
        case 1: words[place] = Self.words.randomElement(using: &random) ?? ""
        default: words.insert(words[Int.random(in: 0..<words.count, using: &random)], at: place)
        }
      }
      compile(words.joined(separator: " "), query.queryPurpose ?? .measurement)
    }
  }
}
