import AMCSQL
import Dialects
import Privacy
import TestSupport
import Testing

/// Deep and long queries: each is compiled or refused, on a small stack, and none overflows it.
@Suite struct NestingTests {
  /// The outcome of a query: nil if it compiles, otherwise the code of the first reason.
  private func outcome(_ sql: String) async -> DiagnosticCode? {
    await SmallStack.run { () -> DiagnosticCode? in
      do throws(QueryRefusal) {
        _ = try await QueryCompiler().compile(sql, for: .measurement, in: CorpusTests.context)
        return nil
      } catch {
        return error.first.code
      }
    }
  }

  private func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

  @Test func deepNestingIsRefused() async {
    let deep = 10_000
    let queries = [
      "SELECT \(repeated("(", deep))1\(repeated(")", deep)) AS x",
      "SELECT \(repeated("NOT ", deep))TRUE AS x",
      "SELECT \(repeated("- ", deep))1 AS x",
      "SELECT \(repeated("ABS(", deep))1\(repeated(")", deep)) AS x",
      "SELECT \(repeated("CASE WHEN TRUE THEN ", deep))1\(repeated(" END", deep)) AS x",
      "SELECT \(repeated("ARRAY[", deep))1\(repeated("]", deep)) AS x",
      "SELECT x FROM \(repeated("(SELECT x FROM ", deep))dsp_clicks\(repeated(")", deep))",
      "SELECT x FROM \(repeated("(", deep))dsp_clicks\(repeated(")", deep))",
      "SELECT 1 AS x WHERE 1 IN \(repeated("(SELECT 1 WHERE 1 IN ", deep))(1)\(repeated(")", deep))",
      "SELECT CAST(1 AS \(repeated("ARRAY<", deep))INTEGER\(repeated(">", deep))) AS x",
      "\(repeated("(", deep))SELECT 1 AS x\(repeated(")", deep))",
      "\(repeated("WITH a AS (", deep))SELECT 1 AS x\(repeated(") SELECT x FROM a", deep))",
    ]
    for query in queries { #expect(await outcome(query) == .nestingTooDeep, "\(query.prefix(40))") }
  }

  /// Chains grow the tree without nesting; together they must not go deeper than nesting may.
  @Test func longChainsOfOperatorsAreRefused() async {
    let chain = { (sign: String) in "1" + repeated(" \(sign) 1", 10_000) }
    for sign in ["+", "-", "*", "/", "%", "||", "="] {
      #expect(await outcome("SELECT \(chain(sign)) AS x") == .nestingTooDeep, "\(sign)")
    }
    #expect(await outcome("SELECT x\(repeated("[1]", 10_000)) AS x") == .nestingTooDeep)
    #expect(await outcome("SELECT 1\(repeated(" IS NULL", 10_000)) AS x") == .nestingTooDeep)
    // Each level is allowed by itself.
    let level = repeated(" + 1", 50)
    let tower = repeated("(", 50) + "1" + repeated("\(level))", 50)
    #expect(await outcome("SELECT \(tower) AS x") == .nestingTooDeep)
    let kinds = "SELECT 1 AS x" + repeated(" UNION SELECT 1 UNION ALL SELECT 1", 5_000)
    #expect(await outcome(kinds) == .nestingTooDeep)
  }

  @Test func manyJoinsAreRefused() async {
    let values = "WITH v (x) AS (VALUES (1)) SELECT t.x FROM v t"
    let crossed = (0..<5_000).map { " CROSS JOIN v t\($0)" }.joined()
    #expect(await outcome(values + crossed) == .queryTooComplex)
    let commas = (0..<5_000).map { ", v t\($0)" }.joined()
    #expect(await outcome(values + commas) == .queryTooComplex)
    let tower =
      repeated("(", 40) + "v t" + (0..<1_600).map { " CROSS JOIN v t\($0)" + ($0 % 40 == 39 ? ")" : "") }.joined()
    #expect(await outcome("WITH v (x) AS (VALUES (1)) SELECT t.x FROM \(tower)") == .queryTooComplex)
  }

  @Test func longFlatQueriesCompile() async {
    let terms = (0..<20_000).map { "campaign_id = \($0)" }
    #expect(await outcome("SELECT COUNT(*) AS n FROM dsp_clicks WHERE " + terms.joined(separator: " OR ")) == nil)
    #expect(await outcome("SELECT COUNT(*) AS n FROM dsp_clicks WHERE " + terms.joined(separator: " AND ")) == nil)
    let items = (0..<50_000).map(String.init).joined(separator: ", ")
    #expect(await outcome("SELECT COUNT(*) AS n FROM dsp_clicks WHERE campaign_id IN (\(items))") == nil)
    let unions = "SELECT 1 AS x" + repeated(" UNION ALL SELECT 1", 10_000)
    #expect(await outcome(unions) == nil)
    let rows = (0..<20_000).map { "(\($0))" }.joined(separator: ", ")
    #expect(await outcome("SELECT x FROM (VALUES \(rows)) v (x)") == nil)
    let branches = repeated(" WHEN 1 THEN 2", 5_000)
    #expect(await outcome("SELECT CASE 1\(branches) END AS x") == nil)
  }

  /// The deepest that is allowed goes through every stage.
  @Test func queriesAtTheLimitsCompile() async {
    let depth = QueryLimits.nestingMax - 4
    #expect(await outcome("SELECT \(repeated("(", depth))1\(repeated(")", depth)) AS x") == nil)
    #expect(await outcome("SELECT 1\(repeated(" + 1", depth)) AS x") == nil)
    #expect(
      await outcome("SELECT COUNT(*) AS n FROM dsp_clicks WHERE campaign_id\(repeated(" + 1", depth)) = 1") == nil)
    let queries = depth / 2
    let nested =
      repeated("(SELECT user_id, c + 1 AS c FROM ", queries) + "(SELECT user_id, 1 AS c FROM dsp_clicks)"
      + repeated(")", queries)
    #expect(await outcome("SELECT SUM(c) AS n FROM \(nested)") == nil)
    let joins = (0..<depth).map { " CROSS JOIN v t\($0)" }.joined()
    #expect(await outcome("WITH v (x) AS (VALUES (1)) SELECT t.x FROM v t\(joins)") == nil)
  }

  @Test func textsBeyondTheLimitsAreRefused() async {
    let long = "SELECT 1 AS x -- " + repeated("x", QueryLimits.textBytesMax)
    #expect(await outcome(long) == .queryTooLong)
    #expect(await outcome("SELECT " + repeated("1,", QueryLimits.tokensMax / 2) + "1") == .queryTooLong)
  }
}
