import Catalog
import Foundation
import Testing

@testable import Warehouse

/// A file that does not fit is refused as a whole. The refusal names the position and shows no values.
@Suite struct LoaderRefusalTests {
  let fixture: LoaderFixture

  init() throws { fixture = try LoaderFixture() }

  @Test(arguments: [
    ("pages", "x1"), ("pages", "1.5"), ("pages", "9223372036854775808"), ("visit_day_utc", "3000000000"),
    ("spend", "much"), ("is_new", "perhaps"), ("rate", "nan"), ("visit_date", "2026-02-30"),
    ("visit_dt_utc", "yesterday"), ("visit_dt_utc", "infinity"), ("visit_dt_utc", "1812-01-01 00:00:00"),
    ("visit_dt_utc", "2326-01-01 00:00:00"), ("segments", "[1; 2]"), ("segments", "[a]"),
    ("advertiser_timezone", "Mars/Olympus"),
  ])
  func aValueThatDoesNotFit(_ column: String, _ value: String) async throws {
    let time = column == "visit_dt_utc" ? "" : ",visit_dt_utc"
    let timeValue = column == "visit_dt_utc" ? "" : ",2026-01-01 00:00:00"
    let good = column == "visit_dt_utc" ? "2026-01-01 00:00:00" : ""
    let csv = "user_id,\(column)\(time)\nu,\(good)\(timeValue)\nu,\"\(value)\"\(timeValue)\n"
    let inCSV = try #require(try await fixture.problems(fixture.file("bad.csv", csv)))
    #expect(inCSV.count == 1)
    #expect(inCSV.first?.hasPrefix("bad.csv:3: column '\(column)': invalid_value: ") == true)
    #expect(inCSV.first?.contains(value) == false)
    let timeField = column == "visit_dt_utc" ? "" : #""visit_dt_utc":"2026-01-01 00:00:00","#
    let json = """

      {"user_id":"u","visit_dt_utc":"2026-01-01 00:00:00"}
      {"user_id":"u",\(timeField)"\(column)":"\(value)"}
      """
    let inJSON = try #require(try await fixture.problems(fixture.file("bad.jsonl", json)))
    #expect(inJSON.first?.hasPrefix("bad.jsonl:3: column '\(column)': invalid_value: ") == true)
    let parquet = try await fixture.file(
      "bad.parquet",
      select: """
        SELECT 'u' AS user_id, TIMESTAMP '2026-01-01 00:00:00' AS visit_dt_utc
        UNION ALL BY NAME SELECT 'u' AS user_id, '\(value)' AS "\(column)"
        """, options: "FORMAT parquet")
    let inParquet = try #require(try await fixture.problems(parquet))
    #expect(inParquet.contains { $0.hasPrefix("bad.parquet:2: column '\(column)': invalid_value: ") })
    #expect(try await fixture.manifest().generation == 0)
  }

  /// The first line of a file without a header contains values, not names.
  @Test func refusalsOfHeaderlessFilesContainNoValues() async throws {
    let problems = try #require(
      try await fixture.problems(fixture.file("a.csv", "ada@example.com,2026-01-01 00:00:00,17\n")))
    #expect(problems.count == 1)
    #expect(problems.first?.hasPrefix("a.csv: malformed_file: None of the file's columns is one of the table") == true)
    #expect(!problems.joined().contains("ada@example.com"))
  }

  @Test(arguments: [
    ("order id", true), ("Straße_2", true), ("utm.source-x", true), ("b=c (€)", true), ("ada@example.com", false),
    ("17", false),
    ("2026-03-01", false), ("+49 30 901820", false), ("a\u{0}b", false), ("", false),
    (String(repeating: "a1", count: 32), false), (String(repeating: "x", count: 129), false),
  ])
  func onlyNamesAreShown(_ name: String, _ isShown: Bool) {
    #expect(ColumnLabel.shown(name) == (isShown ? name : ColumnLabel.unnamed))
  }

  @Test func unknownColumnsComeWithSuggestions() async throws {
    let file = try fixture.file("a.csv", "user_id,visit_dt_utc,pagez,quux\n")
    #expect(
      try await fixture.problems(file) == [
        "a.csv: column 'pagez': unknown_column: The table 'visits' has no such column. Did you mean 'pages'?",
        "a.csv: column 'quux': unknown_column: The table 'visits' has no such column.",
      ])
  }

  @Test func missingColumnsAreRefused() async throws {
    #expect(
      try await fixture.problems(fixture.file("a.csv", "page\nx\n")) == [
        "a.csv: column 'user_id': missing_column: The table needs this column.",
        "a.csv: column 'visit_dt_utc': missing_column: The table needs this column.",
      ])
  }

  @Test func duplicateColumnsAreRefused() async throws {
    let expected = "a.csv: column 'PAGE': duplicate_column: The file has this column more than once."
    #expect(try await fixture.problems(fixture.file("a.csv", "user_id,visit_dt_utc,page,PAGE\n")) == [expected])
    let json = #"{"user_id":"u","visit_dt_utc":"2026-01-01 00:00:00","page":"a","PAGE":"b"}"#
    #expect(try await fixture.problems(fixture.file("a.jsonl", json))?.first?.contains("duplicate_column") == true)
  }

  @Test func missingValuesAreRefused() async throws {
    let file = try fixture.file("a.csv", "user_id,visit_dt_utc\nu,2026-01-01 00:00:00\nu,\n")
    #expect(
      try await fixture.problems(file) == [
        "a.csv:3: column 'visit_dt_utc': missing_value: Every row needs a value here."
      ])
    let preferences = try fixture.file("p.csv", "user_id,opted_out\n,true\n")
    #expect(
      try await fixture.problems(preferences, into: InternalTables.userPreferences) == [
        "p.csv:2: column 'user_id': missing_value: Every row needs a value here."
      ])
  }

  @Test func linesAreCountedAcrossQuotesAndBlankLines() async throws {
    let text =
      "user_id,visit_dt_utc,page,pages\n\nu,2026-01-01 00:00:00,\"a\n\n\"\"b\",1\n\nu,2026-01-01 00:00:00,c,x\n"
    #expect(
      try await fixture.problems(fixture.file("a.csv", text)) == [
        "a.csv:7: column 'pages': invalid_value: The value is no LONG."
      ])
    let short = "user_id,visit_dt_utc,page\nu,2026-01-01 00:00:00,\"a\nb\"\n\nu,2026-01-01 00:00:00\n"
    #expect(
      try await fixture.problems(fixture.file("b.csv", short)) == [
        "b.csv:5: malformed_file: The record has fewer values than the header has columns."
      ])
  }

  @Test func malformedRecordsAreRefused() async throws {
    let header = "user_id,visit_dt_utc,page\n"
    let good = "u,2026-01-01 00:00:00,a\n"
    let many = try await fixture.problems(fixture.file("a.csv", header + good + "u,2026-01-01 00:00:00,a,b\n"))
    #expect(many == ["a.csv:3: malformed_file: The record has more values than the header has columns."])
    let open = try await fixture.problems(fixture.file("b.csv", header + good + "u,2026-01-01 00:00:00,\"a\n"))
    #expect(open?.first?.hasPrefix("b.csv:3: malformed_file: ") == true)
    let latin = Data((header + good).utf8) + Data("u,2026-01-01 00:00:00,".utf8) + Data([0xE9, 0x0A])
    let encoding = try await fixture.problems(fixture.file("c.csv", latin))
    #expect(encoding == ["c.csv:3: malformed_file: The line is not UTF-8 text."])
    let moreFollows = latin + Data(good.utf8)
    let inside = try await fixture.problems(fixture.file("d.csv", moreFollows))
    #expect(inside == ["d.csv:3: malformed_file: The line is not UTF-8 text."])
  }

  @Test(arguments: ["[1]", "7", "{\"user_id\":", "nonsense", "\"text\""])
  func linesThatAreNoObjectsAreRefused(_ line: String) async throws {
    let text = #"{"user_id":"u","visit_dt_utc":"2026-01-01 00:00:00"}"# + "\n\n\(line)\n"
    #expect(
      try await fixture.problems(fixture.file("a.jsonl", text)) == [
        "a.jsonl:3: malformed_file: The line is not a JSON object."
      ])
  }

  @Test func filesOfAnotherFormatAreRefused() async throws {
    #expect(
      try await fixture.problems(fixture.file("a.parquet", "no parquet")) == [
        "a.parquet: malformed_file: The file is not Parquet."
      ])
    #expect(try await fixture.problems(fixture.file("a.csv", ""))?.first?.contains("malformed_file") == true)
    #expect(
      try await fixture.problems(fixture.file("a.csv.gz", "no gzip"))?.first?.contains("wrong_compression") == true)
    let latin = Data("{}\n".utf8) + Data([0xE9, 0x0A])
    #expect(
      try await fixture.problems(fixture.file("a.jsonl", latin))?.first?.hasPrefix("a.jsonl:2: malformed_file") == true)
  }

  @Test func missingFilesAreRefused() async throws {
    let missing = LoadFile(url: fixture.folder.appending(path: "none.csv"), displayName: "none.csv")
    let folder = LoadFile(url: fixture.folder, displayName: "files")
    let unknown = try fixture.file("a.xlsx", "x")
    let problems = try #require(try await fixture.problems(missing, folder, unknown))
    #expect(problems.map { $0.split(separator: ":")[0] } == ["none.csv", "files", "a.xlsx"])
    #expect(problems[0].contains("unreadable_file"))
    #expect(problems[1].contains("unreadable_file"))
    #expect(problems[2].contains("unknown_format"))
  }

  @Test func oneBadFileRefusesTheLoad() async throws {
    let good = try fixture.file("good.csv", "user_id,visit_dt_utc\nu,2026-01-01 00:00:00\n")
    try await fixture.load(good)
    let bad = try fixture.file("bad.csv", "user_id,visit_dt_utc\nu,never\n")
    let worse = try fixture.file("worse.csv", "nothing\n")
    let problems = try #require(try await fixture.problems(good, bad, worse))
    #expect(Set(problems.map { $0.split(separator: ":")[0] }) == ["bad.csv", "worse.csv"])
    let manifest = try await fixture.manifest()
    #expect(manifest.generation == 1)
    #expect(manifest.rowCount == 1)
    let staging = fixture.warehouse.folder.appending(path: "objects/.staging").path
    #expect(try FileManager.default.contentsOfDirectory(atPath: staging).isEmpty)
  }

  @Test func refusalsListALimitedNumberOfProblems() async throws {
    let names = (0..<50).map { "strange\($0)" }.joined(separator: ",")
    let problems = try await fixture.problems(fixture.file("a.csv", "user_id,visit_dt_utc,\(names)\n"))
    #expect(problems?.count == LoadRefusal.problemLimit)
  }

  @Test func aCancelledLoadPublishesNothing() async throws {
    let file = try fixture.file("a.csv", "user_id,visit_dt_utc\nu,2026-01-01 00:00:00\n")
    let task = Task { [fixture] in
      withUnsafeCurrentTask { $0?.cancel() }
      return try await fixture.load(file)
    }
    await #expect(throws: (any Error).self) { try await task.value }
    #expect(try await fixture.manifest().generation == 0)
  }
}

@Suite struct CSVHeaderTests {
  @Test(arguments: [
    ("a,b", ["a", "b"]), (" a , b ", ["a", "b"]), ("\"a,b\",c", ["a,b", "c"]), ("\"a\"\"b\"", ["a\"b"]),
    ("a,", ["a", ""]),
    ("\u{FEFF}a", ["a"]),
  ])
  func names(_ line: String, _ expected: [String]) {
    #expect(CSVHeader.names(in: line) == expected)
  }

  @Test(arguments: ["", "\"a", "\"a\"b"])
  func invalidHeadersAreRefused(_ line: String) {
    #expect(CSVHeader.names(in: line) == nil)
  }
}
