import AMCSQL
import Catalog
import Dialects
import Privacy
import Testing

/// Rule 5 by the worked example of AMC's guide "Create a workflow": impressions and clicks of four postal codes, of
/// which only the last has a hundred users for both.
@Suite struct RemovedValuesTests {
  private static let sql = """
    SELECT device_type, postal_code, SUM(impressions) AS impressions, SUM(clicks) AS clicks FROM (
      SELECT user_id, device_type, postal_code, impressions, 0 AS clicks FROM dsp_impressions
      UNION ALL SELECT user_id, device_type, postal_code, 0, clicks FROM dsp_clicks)
    GROUP BY 1, 2
    """

  /// Spreads each total over its users as evenly as whole numbers allow.
  private static func rows(_ groups: String) -> String {
    """
    (VALUES \(groups)) g(device, code, total, users), range(1, 360) r(i)
    WHERE i <= users
    """
  }

  private static func columns(_ metric: String, at time: String) -> [String: String] {
    [
      // No user is in two postal codes.
      "user_id": "code::BIGINT * 1000 + i", "device_type": "device", "postal_code": "code",
      metric: "total // users + CASE WHEN i <= total % users THEN 1 ELSE 0 END", time: "TIMESTAMP '2025-01-02'",
    ]
  }

  private static let tables: TestSignals.Tables = [
    "dsp_impressions": (
      rows(
        "('iPhone', '11111', 1100, 50), ('Android', '22222', 200, 30), ('Android', '33333', 1300, 133), ('Android', '44444', 1700, 108)"
      ), columns("impressions", at: "impression_dt_utc")
    ),
    "dsp_clicks": (
      rows(
        "('iPhone', '11111', 300, 13), ('Android', '22222', 100, 8), ('Android', '33333', 500, 87), ('Android', '44444', 700, 359)"
      ), columns("clicks", at: "click_dt_utc")
    ),
  ]

  private func run(_ sql: String = Self.sql, _ change: (inout AggregationControls) -> Void) async throws -> [String] {
    var controls = AggregationControls()
    change(&controls)
    let signals = try await TestSignals(Self.tables)
    defer { signals.remove() }
    let compiled = try await QueryCompiler().compile(
      sql, for: .measurement, in: FixtureTests.context, controls: controls)
    let rows = try await signals.run(compiled.query)
    return Array(rows.prefix(1)) + rows.dropFirst().sorted()
  }

  @Test func rowsBelowTheThresholdsAreDropped() async throws {
    let rows = try await run { _ in }
    #expect(rows == ["device_type,postal_code,impressions,clicks", "Android,44444,1700,700"])
  }

  @Test func valuesBelowTheThresholdsAreRemovedAndRowsMerged() async throws {
    let rows = try await run { $0.filteredMetricsDiscriminatorColumn = "filtered" }
    #expect(
      rows == [
        "device_type,postal_code,impressions,clicks,filtered", "Android,,1500,600,true",
        "Android,44444,1700,700,false", "iPhone,,1100,300,true",
      ])
  }

  @Test func valuesAreRemovedWithoutADiscriminatorColumn() async throws {
    let rows = try await run { $0.filtering = .removeValues }
    #expect(rows.dropFirst() == ["Android,,1500,600", "Android,44444,1700,700", "iPhone,,1100,300"])
  }

  @Test func countsAndReasonsDescribeFilteredRows() async throws {
    let rows = try await run {
      $0.filteredMetricsDiscriminatorColumn = "filtered"
      $0.distinctUserCountColumn = "du_count"
      $0.filteredReasonColumn = "reason"
    }
    #expect(
      rows == [
        "device_type,postal_code,impressions,clicks,du_count,filtered,reason",
        "Android,,1500,600,95,true,8 'dsp_clicks' users < 100 required",
        "Android,44444,1700,700,100,false,",
        "iPhone,,1100,300,13,true,13 'dsp_clicks' users < 100 required",
      ])
  }

  @Test func countsAreCappedByTheHighestClass() async throws {
    let low = "SELECT device_type, SUM(impressions) AS n FROM dsp_impressions GROUP BY 1"
    let rows = try await run(low) {
      $0.distinctUserCountColumn = "users"
      $0.filteredReasonColumn = "why"
    }
    #expect(rows == ["device_type,n,users,why", "Android,3200,2,", "iPhone,1100,2,"])
  }

  @Test func reasonsNameThePathOfATableScannedTwice() async throws {
    let twice = """
      SELECT a.postal_code, COUNT(*) AS n
      FROM dsp_impressions a LEFT JOIN dsp_impressions b ON a.user_id = b.user_id AND b.device_type = 'iPhone'
      GROUP BY 1
      """
    let rows = try await run(twice) {
      $0.filtering = .removeValues
      $0.filteredReasonColumn = "why"
    }
    #expect(
      rows == [
        "postal_code,n,why", ",80,30 'dsp_impressions' (path 1 of 2) users < 100 required", "33333,133,", "44444,108,",
      ])
  }

  @Test func effectiveUsersAreNamedWhenStandardUsersSuffice() async throws {
    let few = """
      SELECT postal_code, SUM(impressions) AS n, SUM(CASE WHEN impressions = 16 THEN 1 ELSE 0 END) AS most FROM dsp_impressions
      WHERE device_type = 'Android' GROUP BY 1
      """
    let rows = try await run(few) {
      $0.filtering = .removeValues
      $0.filteredReasonColumn = "why"
    }
    // 1700 impressions over 108 users are 16 for 80 of them and 15 for the others; nobody else has 16.
    #expect(rows.contains("44444,1700,80,"))
    #expect(rows.contains(",200,0,30 'dsp_impressions' users < 100 required"))
  }

  @Test func auditColumnsWorkWithoutUsers() async throws {
    let rows = try await run("SELECT segment_name FROM segment_metadata") {
      $0.distinctUserCountColumn = "users"
      $0.filteredMetricsDiscriminatorColumn = "filtered"
      $0.filteredReasonColumn = "why"
    }
    #expect(rows == ["segment_name,users,filtered,why"])
  }

  @Test func auditColumnsNeedUnusedNames() async throws {
    await #expect(throws: QueryRefusal.self) {
      try await run { $0.distinctUserCountColumn = "Clicks" }
    }
  }

  @Test func syntheticSignalsMayBeShownRowByRow() async throws {
    let rows = try await run("SELECT postal_code, user_id FROM dsp_impressions WHERE postal_code = '22222'") {
      $0.areDisabled = true
    }
    #expect(rows.count == 31)
    #expect(rows[1] == "22222,22222001")
  }
}
