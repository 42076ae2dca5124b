import Catalog
import Dialects
import Foundation
import ObjectStorage
import Privacy
import TestSupport
import Testing

@testable import Warehouse

/// Patterns that backtrack for longer than anybody can wait.
@Suite struct RegularExpressionLimitTests {
  /// Each further `a` doubles the time to find that there is no `c`.
  private static let text = String(repeating: "a", count: 60) + "b"

  private func rows(_ sql: String) async throws -> [String] {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let compiled = try await QueryCompiler().compile(sql, for: .measurement, in: FixtureTests.context)
    return try await signals.run(compiled.query)
  }

  @Test func slowPatternsGiveNull() async throws {
    let rows = try await rows(
      """
      SELECT ('\(Self.text)' SIMILAR TO '(?:(a+)+)(?=c)c') IS NULL AS a, REGEXP_SUBSTR('\(Self.text)', '(a+)+(?=c)') AS b,
        REGEXP_REPLACE('\(Self.text)', '(a+)+(?=c)', 'x') AS c, CARDINALITY(REGEXP_SPLIT('\(Self.text)', '(a+)+(?=c)')) AS d
      """)
    #expect(rows == ["a,b,c,d", "true,,,"])
  }

  @Test func slowPatternsAreFastOnRE2() async throws {
    let rows = try await rows("SELECT '\(Self.text)' SIMILAR TO '(a+)+c' AS a, '\(Self.text)' SIMILAR TO '(a+)+b' AS b")
    #expect(rows == ["a,b", "false,true"])
  }

  /// RE2 expands repetitions with numbers, and refuses those that become too large.
  @Test(arguments: [
    #"\p{L}{1000}"#, #"(\p{L}{30}){30}"#, #".{1000}"#, #"(.{100}){100}"#, #"[^a]{999}"#, "(a{1000}){1000}b",
    String(repeating: #"\p{L}{19}"#, count: 150), String(repeating: "[a-z]{500}", count: 100), "(?:(?:a{10}){10}){10}",
  ]) func largePatternsRun(_ pattern: String) async throws {
    let rows = try await rows("SELECT 'abc' SIMILAR TO '\(pattern)' AS a, REGEXP_SUBSTR('abc', '\(pattern)') AS b")
    #expect(rows == ["a,b", "false,"])
  }

  @Test func invalidPatternsFromColumnsGiveNull() async throws {
    let rows = try await rows(
      """
      WITH v (t, p, r) AS (VALUES ('ab', '(', 'x'), ('ab', 'b', '$1'), ('ab', '(b)', '[$1]'), ('ab', NULL, 'x'), (NULL, 'b', 'x'))
      SELECT p, r, t SIMILAR TO p AS a, REGEXP_SUBSTR(t, p) AS b, REGEXP_REPLACE(t, p, r) AS c, CARDINALITY(REGEXP_SPLIT(t, p)) AS d FROM v
      """)
    #expect(
      rows.dropFirst().sorted()
        == ["(,x,,,,", ",x,,,,", "(b),[$1],false,b,a[b],2", "b,$1,false,b,,2", "b,x,,,,"].sorted())
  }

  /// 100,000 values, each of which reaches the limit of steps, take the better part of an hour.
  @Test(.hangLimit) func aCancelledQueryStops() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let tens = (0..<10).map { "('\($0)')" }.joined(separator: ", ")
    let sql = """
      WITH v (n) AS (VALUES \(tens))
      SELECT COUNT(*) AS c FROM v a CROSS JOIN v b CROSS JOIN v c CROSS JOIN v d CROSS JOIN v e
      WHERE CONCAT('\(Self.text)', a.n, b.n, c.n, d.n, e.n) SIMILAR TO '(?:(a+)+)(?=c)c'
      """
    let compiled = try await QueryCompiler().compile(sql, for: .measurement, in: FixtureTests.context)
    let output = EngineLocation(path: signals.folder.appendingPathComponent("never.parquet").path)
    let (started, signal) = AsyncStream<Void>.makeStream()
    let run = Task {
      try await signals.engine.run(compiled.query, signals: signals, output: output) { _ in signal.yield() }
    }
    for await _ in started { break }
    run.cancel()
    let result = await run.result
    #expect(throws: EngineError(.cancelled)) { try result.get() }
  }
}
