import AMCSQL
import Catalog
import Dialects
import Foundation
import Privacy
import Testing

/// ORDER BY of a whole query, row by row.
@Suite struct OrderTests {
  private static func rows(
    _ sql: String, _ purpose: Purpose = .measurement, controls: AggregationControls = AggregationControls()
  ) async throws -> (rows: [String], notes: [Diagnostic]) {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let compiled = try await QueryCompiler().compile(sql, for: purpose, in: FixtureTests.context, controls: controls)
    return (try await signals.run(compiled.query), compiled.notes)
  }

  private static let values = "WITH v (a, b) AS (VALUES (2, 'x'), (3, 'y'), (1, 'x'), (NULL, 'z')) "

  @Test(
    arguments: [
      ("SELECT a, b FROM v ORDER BY a", ["1,x", "2,x", "3,y", ",z"]),
      ("SELECT a, b FROM v ORDER BY 1 DESC", [",z", "3,y", "2,x", "1,x"]),
      ("SELECT a, b FROM v ORDER BY a NULLS FIRST", [",z", "1,x", "2,x", "3,y"]),
      ("SELECT a, b FROM v ORDER BY b DESC, a DESC", [",z", "3,y", "2,x", "1,x"]),
      ("SELECT b, SUM(a) AS n FROM v GROUP BY b ORDER BY n DESC NULLS LAST, b", ["x,3", "y,3", "z,"]),
      ("SELECT b, SUM(a) AS n FROM v GROUP BY b ORDER BY SUM(a) DESC NULLS LAST, b DESC", ["y,3", "x,3", "z,"]),
      ("SELECT b FROM v GROUP BY b ORDER BY COUNT(*) DESC, b DESC", ["x", "z", "y"]),
      ("SELECT b AS k FROM v GROUP BY 1 ORDER BY CASE WHEN k = 'y' THEN 0 ELSE 1 END, k", ["y", "x", "z"]),
      ("SELECT DISTINCT b FROM v ORDER BY b DESC", ["z", "y", "x"]),
      ("SELECT a FROM v WHERE a > 1 UNION ALL SELECT 9 AS a ORDER BY a DESC", ["9", "3", "2"]),
      ("SELECT a FROM v WHERE a > 1 UNION ALL SELECT 9 AS a ORDER BY a % 3, a", ["3", "9", "2"]),
      ("(SELECT a FROM v WHERE a > 1 ORDER BY a DESC)", ["3", "2"]),
      ("SELECT a AS c1, -a AS c2 FROM v WHERE a > 1 ORDER BY c2", ["3,-3", "2,-2"]),
      (
        "SELECT a, ROW_NUMBER() OVER (ORDER BY b, a) AS n FROM v ORDER BY ROW_NUMBER() OVER (ORDER BY b, a) DESC",
        [",4", "3,3", "2,2", "1,1"]
      ),
    ] as [(String, [String])]) func rowsAreInOrder(_ query: (sql: String, rows: [String])) async throws
  {
    let (rows, notes) = try await Self.rows(Self.values + query.sql)
    #expect(Array(rows.dropFirst()) == query.rows, "\(query.sql)")
    #expect(notes.contains { $0.code == .notSupportedInAMC && $0.severity == .note })
  }

  @Test func guardedRowsAreInOrderWhateverTheyShow() async throws {
    var controls = AggregationControls()
    controls.filtering = .removeValues
    controls.distinctUserCountColumn = "users"
    for controls in [AggregationControls(), controls] {
      let sql = "SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY campaign ORDER BY "
      let up = try await Self.rows(sql + "MAX(impression_cost), campaign", controls: controls).rows
      let down = try await Self.rows(sql + "MAX(impression_cost) DESC, campaign DESC", controls: controls).rows
      #expect(up.count > 2 && Array(up.dropFirst().reversed()) == Array(down.dropFirst()))
      #expect(up[0] == (controls.distinctUserCountColumn == nil ? "campaign,n" : "campaign,n,users"))
    }
  }

  @Test func innerOrdersAreLeftOutWithANote() async throws {
    let (rows, notes) = try await Self.rows(Self.values + "SELECT COUNT(*) AS n FROM (SELECT a FROM v ORDER BY a)")
    #expect(rows == ["n", "4"])
    #expect(notes.map(\.code) == [.notSupportedInAMC])
  }

  @Test(arguments: [
    ("SELECT a FROM v ORDER BY 2", DiagnosticCode.invalidGrouping), ("SELECT a FROM v ORDER BY 0", .invalidGrouping),
    ("SELECT DISTINCT b FROM v ORDER BY a", .invalidGrouping), ("SELECT a FROM v ORDER BY c", .unknownColumn),
    ("SELECT b, COUNT(*) AS n FROM v GROUP BY b ORDER BY a", .invalidGrouping),
    ("SELECT a FROM v UNION SELECT 1 ORDER BY b", .unknownColumn),
    ("SELECT a FROM v UNION SELECT 1 ORDER BY COUNT(*)", .invalidAggregate),
    ("SELECT a FROM v ORDER BY a LIMIT 3", .notSupportedInAMC),
    ("SELECT a FROM v ORDER BY a OFFSET 3", .notSupportedInAMC),
    ("SELECT COUNT(*) AS n FROM dsp_impressions ORDER BY MIN(request_tag)", .columnNeverShown),
  ]) func ordersWithoutMeaningAreRefused(_ query: (sql: String, code: DiagnosticCode)) async throws {
    let refusal = await #expect(throws: QueryRefusal.self, "\(query.sql)") {
      try await Self.rows(Self.values + query.sql)
    }
    #expect(refusal?.first.code == query.code, "\(query.sql): \(refusal?.first.text ?? "")")
  }

  @Test func audiencesHaveNoOrder() async throws {
    let (rows, _) = try await Self.rows(
      "SELECT user_id FROM dsp_impressions_for_audiences ORDER BY impression_dt_utc", .audience(.display))
    #expect(rows.count > 1)
  }
}
