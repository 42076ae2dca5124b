import AMCSQL
import Catalog
import Foundation
import Testing

/// The meaning of names and types.
@Suite struct BinderTests {
  private static let start = Date(timeIntervalSince1970: 1_735_689_600)
  private static let window = TimeWindow(start: start, end: start.addingTimeInterval(10 * 86_400))

  private func bind(
    _ sql: String, parameters: [String: ParameterValue] = [:], missing: BindingContext.MissingParameters = .refused
  ) throws -> BoundQuery {
    let context = BindingContext(
      timeWindow: Self.window, parameters: parameters, missingParameters: missing, now: Self.start)
    return try Binder.bind(Parser.parse(sql), in: context)
  }

  private func problems(_ sql: String) -> [Diagnostic] {
    do {
      _ = try bind(sql)
      return []
    } catch let refusal as QueryRefusal {
      return refusal.diagnostics
    } catch {
      Issue.record("\(error)")
      return []
    }
  }

  private func types(_ items: String) throws -> [SQLType] {
    try bind("SELECT \(items)").body.columns.map(\.type)
  }

  @Test(arguments: [
    ("SELECT campain FROM dsp_clicks", "Did you mean `campaign`?"),
    ("SELECT 1 AS x FROM dsp_impresions", "Did you mean `dsp_impressions`?"),
    ("WITH mine AS (SELECT 1 AS x) SELECT x FROM min", "Did you mean `mine`?"),
    ("SELECT COALESC(1, 2) AS x", "Did you mean `COALESCE`?"),
    ("SELECT k.campaign FROM dsp_clicks ks", "In FROM there is `ks`."),
    ("SELECT RANK() OVER win AS r FROM dsp_clicks WINDOW wine AS (ORDER BY campaign)", "Did you mean `wine`?"),
    (
      "SELECT campaign FROM dsp_clicks a JOIN dsp_views b ON a.user_id = b.user_id",
      "Put the table's name or alias before it."
    ),
    (
      "SELECT campaign, COUNT(*) AS n FROM dsp_clicks",
      "Add it to GROUP BY, or put it into an aggregate such as MAX(…)."
    ),
    ("SELECT campaign FROM dsp_clicks WHERE COUNT(*) > 1", "Use HAVING."),
  ]) func hints(_ pair: (String, String)) {
    #expect(problems(pair.0).first?.hint == pair.1, "\(problems(pair.0).map(\.text))")
  }

  @Test func columnsAndAggregatesAreLimited() throws {
    func list(_ count: Int, _ item: (Int) -> String) -> String { (1...count).map(item).joined(separator: ", ") }
    let most = QueryLimits.columnsMax
    let few = list(most) { "SUM(impressions) AS c\($0)" }
    #expect(problems("SELECT \(few) FROM dsp_impressions").isEmpty)
    let many = list(most + 1) { "SUM(impressions) AS c\($0)" }
    let refused = "This SELECT has 251 columns; at most 250 are possible."
    #expect(problems("SELECT \(many) FROM dsp_impressions").map(\.message) == [refused])
    // Inside of another query as well, and in one column.
    #expect(problems("SELECT c1 FROM (SELECT \(many) FROM dsp_impressions) t").map(\.message) == [refused])
    let sums = list(most + 1) { "SUM(impressions + \($0))" }
    #expect(
      problems("SELECT COALESCE(\(sums)) AS c FROM dsp_impressions").map(\.message)
        == ["This SELECT has 251 aggregates; at most 250 are possible."])
    // `*` counts with its columns.
    let all = "SELECT e.* FROM amazon_attributed_events_by_traffic_time e"
    #expect(problems(all).isEmpty)
    let widened = list(40) { "1 AS c\($0)" }
    #expect(
      problems("SELECT e.*, \(widened) FROM amazon_attributed_events_by_traffic_time e").map(\.message)
        == ["The result has 258 columns; at most 250 are possible."])
    var context = BindingContext(timeWindow: Self.window, now: Self.start)
    context.columnLimit = 2
    #expect(throws: QueryRefusal.self) {
      try Binder.bind(Parser.parse("SELECT 1 AS a, 2 AS b, 3 AS c"), in: context)
    }
  }

  @Test func noHintWithoutASimilarName() {
    #expect(problems("SELECT 1 AS x FROM zzzzzzzzzzzz").first?.hint == nil)
  }

  @Test func everyColumnOfASelectIsReported() {
    let found = problems("SELECT campain, sit, advertser FROM dsp_clicks").map(\.span.start.column)
    #expect(found == [8, 17, 22])
  }

  @Test func literalsAndArithmetic() throws {
    #expect(
      try types("1 AS a, 3000000000 AS b, 0.25 AS c, 1e3 AS d, 'x' AS e, NULL AS f, TRUE AS g")
        == [.integer, .bigint, .decimal(precision: 3, scale: 2), .double, .string, .unknown, .boolean])
    #expect(
      try types("1 + 1 AS a, 1 / 2 AS b, 0.5 + 1 AS c, 0.5 * 2 AS d, 7 % 2 AS e")
        == [.bigint, .double, .decimal(precision: 38, scale: 2 - 1), .double, .bigint])
    #expect(try types("DATE '2025-01-31' AS a, TIMESTAMP '2025-01-31 10:00:00' AS b") == [.date, .timestamp])
  }

  @Test func functionsGiveTheirTypes() throws {
    #expect(
      try types("COALESCE(NULL, 1, 2.5) AS a, CASE WHEN TRUE THEN 1 ELSE 3000000000 END AS b")
        == [.decimal(precision: 11, scale: 1), .bigint])
    #expect(
      try types("DATE_TRUNC('day', TIMESTAMP '2025-01-31 10:00:00') AS a, FLOOR(2.5) AS b, ABS(NULL) AS c")
        == [.timestamp, .bigint, .double])
    #expect(
      try types("ARRAY[1, 2] AS a, ARRAY['a'][1] AS b, NAMED_ROW('k', 1) AS c")
        == [.array(.integer), .string, .row([.init(name: "k", type: .integer)])])
  }

  @Test func literalTextsTakeTheTypeTheyAreComparedWith() {
    #expect(problems("SELECT COUNT(*) AS n FROM dsp_clicks WHERE impression_date = '2025-01-31'").isEmpty)
    #expect(problems("SELECT COUNT(*) AS n FROM dsp_clicks WHERE campaign_id = '12'").isEmpty)
    #expect(problems("SELECT COUNT(*) AS n FROM dsp_clicks WHERE campaign_id_string = 12").isEmpty)
    #expect(problems("SELECT COUNT(*) AS n FROM dsp_clicks WHERE campaign_id = 'twelve'").first?.code == .typeMismatch)
    #expect(
      problems("SELECT COUNT(*) AS n FROM dsp_clicks WHERE campaign_id = impression_dt").first?.code == .typeMismatch)
  }

  @Test func groupKeysByOrdinalAliasAndExpression() throws {
    for key in ["1", "c", "UPPER(campaign)", "upper(campaign), 1, c"] {
      let bound = try bind("SELECT UPPER(campaign) AS c, COUNT(*) AS n FROM dsp_clicks GROUP BY \(key)")
      guard case .project(let project) = bound.body, case .aggregate(let aggregate) = project.input else {
        Issue.record("no aggregate for \(key)")
        continue
      }
      #expect(aggregate.keys.count == 1, "\(key)")
    }
    #expect(problems("SELECT COUNT(*) AS n FROM dsp_clicks GROUP BY n").first?.code == .invalidGrouping)
    #expect(problems("SELECT campaign AS c FROM dsp_clicks GROUP BY 0").first?.code == .invalidGrouping)
  }

  @Test func innerScopesHideOuterNamesAndEnd() throws {
    let inner = try bind("WITH a AS (SELECT 1 AS x) SELECT y FROM (WITH a AS (SELECT 'z' AS y) SELECT y FROM a)")
    #expect(inner.body.columns.map(\.type) == [.string])
    #expect(
      problems("SELECT x FROM (WITH a AS (SELECT 1 AS x) SELECT x FROM a) t JOIN a ON 1 = 1").first?.code
        == .unknownTable)
    #expect(problems("WITH a AS (SELECT x FROM b), b AS (SELECT 1 AS x) SELECT x FROM a").first?.code == .unknownTable)
    #expect(problems("WITH a AS (SELECT x FROM a) SELECT x FROM a").first?.code == .unknownTable)
    #expect(problems("WITH a AS (SELECT 1 AS x), A AS (SELECT 2 AS x) SELECT x FROM a").first?.code == .duplicateName)
  }

  @Test func usingMergesItsColumns() throws {
    let full = try bind(
      "SELECT user_id FROM (SELECT user_id FROM dsp_clicks) a FULL JOIN (SELECT user_id FROM dsp_views) b USING (user_id)"
    )
    #expect(full.body.columns.map(\.type) == [.userKey])
    #expect(problems("SELECT 1 AS x FROM dsp_clicks a JOIN dsp_views b USING (nothing)").first?.code == .unknownColumn)
  }

  @Test func timeWindowsAndTheirExtension() throws {
    func window(_ from: String) throws -> TimeWindow? {
      var found: TimeWindow?
      RelationWalk.visit(try bind("SELECT COUNT(*) AS n FROM \(from)")) { node in
        if case .scan(let scan) = node { found = scan.window }
      }
      return found
    }
    #expect(try window("dsp_clicks") == Self.window)
    let wider = try #require(try window("TABLE(EXTEND_TIME_WINDOW('dsp_clicks', 'P14D', 'PT6H'))"))
    #expect(wider.start == Self.start.addingTimeInterval(-14 * 86_400))
    #expect(wider.end == Self.window.end.addingTimeInterval(6 * 3_600))
    #expect(try window("segment_metadata") == nil)
  }

  /// Signals that have not arrived are not read, also where the query extends its window; uploads are there at once.
  @Test func windowsEndWhereSignalsEnd() throws {
    let end = Self.start.addingTimeInterval(5 * 86_400)
    func window(_ from: String, signalsEnd: Date) throws -> TimeWindow? {
      var context = BindingContext(timeWindow: Self.window, now: Self.start)
      context.signalsEnd = signalsEnd
      var found: TimeWindow?
      RelationWalk.visit(try Binder.bind(Parser.parse("SELECT COUNT(*) AS n FROM \(from)"), in: context)) { node in
        if case .scan(let scan) = node { found = scan.window }
      }
      return found
    }
    #expect(try window("dsp_clicks", signalsEnd: end) == TimeWindow(start: Self.start, end: end))
    let wider = "TABLE(EXTEND_TIME_WINDOW('dsp_clicks', 'P1D', 'P1D'))"
    #expect(try window(wider, signalsEnd: end)?.end == end)
    #expect(try window("dsp_clicks", signalsEnd: .distantFuture) == Self.window)
    let early = Self.start.addingTimeInterval(-86_400)
    #expect(try window("dsp_clicks", signalsEnd: early) == TimeWindow(start: Self.start, end: Self.start))
  }

  @Test func parametersAndNotes() throws {
    let sql =
      "SELECT COUNT(*) AS n FROM dsp_clicks WHERE campaign = CUSTOM_PARAMETER('c') OR site = CUSTOM_PARAMETER('c')"
    #expect(throws: QueryRefusal.self) { try bind(sql) }
    let noted = try bind(sql, missing: .noted)
    #expect(noted.notes.map(\.code) == [.parameterNotGiven, .parameterNotGiven])
    #expect(noted.notes.allSatisfy { $0.severity == .note })
    #expect(try bind(sql, parameters: ["c": .string("x")]).notes.isEmpty)
    #expect(throws: QueryRefusal.self) {
      try bind(sql, parameters: ["c": .integer(5), "C": .string("x")].filter { $0.key == "C" })
    }
    let large = try bind("SELECT CUSTOM_PARAMETER('n') AS n", parameters: ["n": .integer(3_000_000_000)])
    #expect(large.body.columns.map(\.type) == [.bigint])
    #expect(throws: QueryRefusal.self) {
      try bind("SELECT CUSTOM_PARAMETER('n') AS n", parameters: ["n": .decimal("1) OR (1=1")])
    }
  }

  @Test func onlyUsedColumnsAreScanned() throws {
    var columns: [String] = []
    RelationWalk.visit(try bind("SELECT campaign, COUNT(*) AS n FROM dsp_impressions WHERE site = 'x' GROUP BY 1")) {
      node in
      if case .scan(let scan) = node { columns = scan.columns.map(\.name) }
    }
    #expect(columns.sorted() == ["campaign", "site", "user_id"])
  }
}
