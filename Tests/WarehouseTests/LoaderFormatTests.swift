import Catalog
import Foundation
import S3TestSupport
import Testing

@testable import Warehouse

@Suite struct LoaderFormatTests {
  let fixture: LoaderFixture

  init() throws { fixture = try LoaderFixture() }

  private static let select = """
    SELECT 'u' || i AS user_id, TIMESTAMP '2026-01-01 10:30:00' + INTERVAL (i) DAY AS visit_dt_utc, i AS pages,
      'page, "' || i || '"' AS page, [i, NULL] AS segments, true AS is_new, 1.25 AS spend
    FROM range(3) r(i)
    """

  @Test(arguments: [
    ("a.csv", "FORMAT csv, HEADER"), ("a.csv.gz", "FORMAT csv, HEADER, COMPRESSION gzip"),
    ("a.jsonl", "FORMAT json"), ("a.jsonl.gz", "FORMAT json, COMPRESSION gzip"), ("a.ndjson", "FORMAT json"),
    ("a.parquet", "FORMAT parquet"), ("A.CSV", "FORMAT csv, HEADER"),
  ])
  func everyFormatGivesTheSameRows(_ name: String, _ options: String) async throws {
    let file = try await fixture.file(name, select: Self.select, options: options)
    let summary = try await fixture.load(file)
    #expect(summary.rowCount == 3)
    #expect(summary.dayCount == 3)
    let rows = try await fixture.rows(
      """
      SELECT visit_dt_utc::VARCHAR, pages, page, segments::VARCHAR, is_new, spend::VARCHAR, visit_hour_utc::BIGINT
      FROM data ORDER BY pages LIMIT 1 OFFSET 1
      """)
    let expected: [EngineValue] = [
      .text("2026-01-02 10:30:00"), .integer(1), .text(#"page, "1""#), .text("[1, NULL]"), .boolean(true),
      .text("1.2500"), .integer(10),
    ]
    #expect(rows == [expected])
  }

  @Test func theFormatCanBeGiven() async throws {
    let text = "user_id,visit_dt_utc\nu,2026-01-01 00:00:00\n"
    #expect(try await fixture.problems(fixture.file("a.dat", text))?.count == 1)
    #expect(try await fixture.load(fixture.file("a.dat", text, format: .csv)).rowCount == 1)
  }

  @Test func filesHaveAllColumnsInTheOrderOfTheTable() async throws {
    try await fixture.load(fixture.file("a.csv", "visit_dt_utc,USER_ID\n2026-01-01 00:00:00,u\n"))
    let rows = try await fixture.rows("SELECT column_name, column_type FROM (DESCRIBE data)")
    #expect(rows.map { $0[0].text } == LoaderFixture.visits.columns.map(\.name))
    #expect(rows[0] == [.text("user_id"), .text("BIGINT")])
    #expect(rows[16] == [.text("segments"), .text("INTEGER[]")])
  }

  @Test(arguments: StorageKind.allCases)
  func eachDayIsAFileGroupedByUser(_ kind: StorageKind) async throws {
    let fixture = try await LoaderFixture(on: kind)
    let file = try await fixture.file(
      "a.parquet",
      select: """
        SELECT (hash(i) % 50)::VARCHAR AS user_id, TIMESTAMP '2026-01-30 00:00:00' + INTERVAL (i) MINUTE AS visit_dt_utc
        FROM range(4000) r(i)
        """, options: "FORMAT parquet")
    try await fixture.load(file)
    let manifest = try await fixture.manifest()
    #expect(
      manifest.files.map { $0.name.split(separator: "/")[0] } == ["day=2026-01-30", "day=2026-01-31", "day=2026-02-01"])
    #expect(manifest.files.map(\.rowCount) == [1440, 1440, 1120])
    for location in try await fixture.warehouse.snapshot.files(of: "visits", days: nil) {
      let disorder = try await fixture.warehouse.rows(
        """
        SELECT count(*) FROM (
          SELECT (user_id, visit_dt_utc) < lag((user_id, visit_dt_utc)) OVER (ORDER BY file_row_number) AS before
          FROM read_parquet('\(location.path)', file_row_number = true)) WHERE before
        """, of: [location])
      #expect(disorder == [[.integer(0)]])
    }
  }

  @Test func emptyFilesAreAccepted() async throws {
    let summary = try await fixture.load(
      fixture.file("a.csv", "user_id,visit_dt_utc\n"),
      fixture.file("b.csv", "user_id,visit_dt_utc\nu,2026-01-01 00:00:00\n"))
    #expect(summary.rowCount == 1)
  }

  @Test func pathsMayLookLikePatterns() async throws {
    let summary = try await fixture.load(
      fixture.file("it's [1]*.csv", "user_id,visit_dt_utc\nu,2026-01-01 00:00:00\n"))
    #expect(summary.rowCount == 1)
  }

  @Test func quotedNamesAndAByteOrderMarkInTheHeader() async throws {
    let text = "\u{FEFF}\"user_id\", visit_dt_utc ,\"page\"\r\nu,2026-01-01 00:00:00,\"a\r\nb\"\r\n"
    try await fixture.load(fixture.file("a.csv", text))
    #expect(try await fixture.rows("SELECT page FROM data") == [[.text("a\r\nb")]])
  }

  @Test func tablesWithoutATimeHaveOneFile() async throws {
    try await fixture.load(
      fixture.file("p.csv", "user_id,opted_out\nu,true\nv,false\n"), into: InternalTables.userPreferences)
    try await fixture.load(fixture.file("s.jsonl", "{\"asin\":\"B0\"}\n"), into: InternalTables.sensitiveASINs)
    let manifest = try await fixture.manifest(of: InternalTables.userPreferences)
    #expect(manifest.files.map(\.day) == [nil])
    let rows = try await fixture.rows(
      "SELECT count(*), count(*) FILTER (WHERE opted_out), count(excluded) FROM data",
      of: InternalTables.userPreferences)
    #expect(rows == [[.integer(2), .integer(1), .integer(0)]])
    #expect(try await fixture.rows("SELECT asin FROM data", of: InternalTables.sensitiveASINs) == [[.text("B0")]])
  }

  @Test func replacingRemovesAllFormerRows() async throws {
    try await fixture.load(fixture.file("a.csv", "user_id,visit_dt_utc\nu,2026-01-01 00:00:00\n"))
    let second = try fixture.file("b.csv", "user_id,visit_dt_utc\nv,2026-02-01 00:00:00\nw,2026-02-01 00:00:00\n")
    try await fixture.load(second, mode: .replace)
    #expect(
      try await fixture.rows("SELECT count(*), count(DISTINCT visit_date_utc) FROM data") == [
        [.integer(2), .integer(1)]
      ])
  }
}

@Suite struct LoaderValueTests {
  let fixture: LoaderFixture

  init() throws { fixture = try LoaderFixture() }

  @Test func identifiersBecomeKeysAndAreNotStored() async throws {
    try await fixture.load(
      fixture.file("a.csv", "user_id,visit_dt_utc\nWalburga,2026-01-01 00:00:00\n,2026-01-01 00:00:00\n"))
    try await fixture.load(
      fixture.file("b.jsonl", #"{"user_id":" Walburga ","visit_dt_utc":"2026-01-02T00:00:00Z"}"#))
    let rows = try await fixture.rows(
      "SELECT count(*), count(user_id), count(DISTINCT user_id), count(user_id_type), min(user_id_type) FROM data")
    #expect(rows == [[.integer(3), .integer(2), .integer(1), .integer(2), .text("adUserId")]])
    for location in try await fixture.warehouse.snapshot.files(of: "visits", days: nil) {
      let bytes = try Data(contentsOf: URL(filePath: location.path))
      #expect(bytes.range(of: Data("Walburga".utf8)) == nil)
    }
  }

  @Test func theUserTypeOfTheFileStays() async throws {
    let summary = try await fixture.load(
      fixture.file(
        "a.csv", "user_id,user_id_type,visit_dt_utc\nu,sisDeviceId,2026-01-01 00:00:00\nv,,2026-01-01 00:00:00\n"))
    #expect(summary.notes.isEmpty)
    let rows = try await fixture.rows("SELECT user_id_type FROM data ORDER BY 1 NULLS LAST")
    #expect(rows == [[.text("sisDeviceId")], [.null]])
  }

  @Test func missingUserTypesAreFilledIn() async throws {
    let summary = try await fixture.load(fixture.file("a.csv", "user_id,visit_dt_utc\nu,2026-01-01 00:00:00\n"))
    #expect(summary.notes == ["no column 'user_id_type': every user counts as 'adUserId'"])
  }

  @Test func partsOfTheTimeAreDerivedInBothZones() async throws {
    let text = """
      user_id,visit_dt_utc,advertiser_timezone
      a,2026-07-01T02:15:30Z,America/New_York
      b,2026-07-01 02:15:30,
      """
    try await fixture.load(fixture.file("a.csv", text))
    let rows = try await fixture.rows(
      """
      SELECT visit_dt::VARCHAR, visit_dt_hour::VARCHAR, visit_date::VARCHAR, visit_hour::BIGINT,
        visit_dt_hour_utc::VARCHAR, visit_date_utc::VARCHAR, visit_day_utc::BIGINT, visit_hour_utc::BIGINT
      FROM data ORDER BY advertiser_timezone NULLS LAST
      """)
    let utc: [EngineValue] = [.text("2026-07-01 02:00:00"), .text("2026-07-01"), .integer(1), .integer(2)]
    #expect(
      rows == [
        [.text("2026-06-30 22:15:30"), .text("2026-06-30 22:00:00"), .text("2026-06-30"), .integer(22)] + utc,
        [.text("2026-07-01 02:15:30"), .text("2026-07-01 02:00:00"), .text("2026-07-01"), .integer(2)] + utc,
      ])
  }

  @Test func utcFollowsFromLocalTimes() async throws {
    let text = "user_id,visit_dt,advertiser_timezone\na,2026-01-31 23:30:00,America/New_York\nb,2026-01-31 23:30:00,\n"
    try await fixture.load(fixture.file("a.csv", text))
    #expect(try await fixture.manifest().files.map(\.day) == [20_484, 20_485])
    let rows = try await fixture.rows("SELECT visit_dt_utc::VARCHAR, visit_dt::VARCHAR FROM data ORDER BY 1")
    #expect(
      rows == [
        [.text("2026-01-31 23:30:00"), .text("2026-01-31 23:30:00")],
        [.text("2026-02-01 04:30:00"), .text("2026-01-31 23:30:00")],
      ])
  }

  @Test func offsetsCountAndGivenPartsStay() async throws {
    let text = "user_id,visit_dt_utc,visit_hour_utc\na,2026-01-01T01:00:00+02:00,7\n"
    try await fixture.load(fixture.file("a.csv", text))
    let rows = try await fixture.rows("SELECT visit_dt_utc::VARCHAR, visit_hour_utc::BIGINT FROM data")
    #expect(rows == [[.text("2025-12-31 23:00:00"), .integer(7)]])
  }

  @Test func wholeNumbersMayHaveAZeroFraction() async throws {
    try await fixture.load(fixture.file("a.csv", "user_id,visit_dt_utc,pages\na,2026-01-01 00:00:00,42.0\n"))
    let file = try await fixture.file(
      "b.parquet",
      select: "SELECT 7 AS user_id, TIMESTAMPTZ '2026-01-01 00:00:00+00' AS visit_dt_utc, 43.0::DOUBLE AS pages",
      options: "FORMAT parquet")
    try await fixture.load(file)
    #expect(try await fixture.rows("SELECT pages FROM data ORDER BY 1") == [[.integer(42)], [.integer(43)]])
  }

  @Test func arraysAreReadFromEveryFormat() async throws {
    try await fixture.load(
      fixture.file("a.csv", "user_id,visit_dt_utc,segments,tags\na,2026-01-01 00:00:00,\"[1, 2]\",[x]\n"),
      fixture.file(
        "b.jsonl",
        #"{"user_id":"b","visit_dt_utc":"2026-01-02 00:00:00","segments":[3,null],"tags":["p","q, r"]}"# + "\n"))
    let rows = try await fixture.rows("SELECT segments::VARCHAR, len(tags), tags[-1] FROM data ORDER BY visit_dt_utc")
    #expect(
      rows == [[.text("[1, 2]"), .integer(1), .text("x")], [.text("[3, NULL]"), .integer(2), .text("q, r")]])
  }
}
