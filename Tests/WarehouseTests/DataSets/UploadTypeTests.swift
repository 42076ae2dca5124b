import Dialects
import FirstPartyData
import Foundation
import Testing

@testable import Warehouse

/// Values whose type in the file is not that of the column.
@Suite struct UploadTypeTests {
  private static let schema = DataSetSchema(
    uid: "types",
    columns: [
      DataSetColumn(name: "email", dataType: .string, isNullable: true, role: .identifier(.email)),
      DataSetColumn(name: "d", dataType: .date, isNullable: true),
      DataSetColumn(name: "title", dataType: .string, isNullable: true),
    ])

  /// The problems of a Parquet file with the rows of a statement; nil where it is loaded.
  private func problems(_ fixture: DataSetFixture, select: String) async throws -> [String]? {
    let file = try await fixture.files.file("a.parquet", select: select, options: "FORMAT parquet")
    return try await fixture.problems { try await fixture.load([file], format: .parquet) }
  }

  @Test(arguments: [
    "TIMESTAMP '2026-11-01 00:00:00'", "TIMESTAMPTZ '2026-11-01 00:00:00+00'", "TIMESTAMP_NS '2026-11-01 00:00:00'",
    "TIMESTAMPTZ '2026-11-01 02:00:00+02'", "DATE '2026-11-01'", "'2026-11-01T00:00:00Z'", "'2026-11-01 00:00:00'",
    "'2026-11-01T00:00:00.000Z'", "'2026-11-01T00:00:00+00:00'", "'2026-11-01'",
  ]) func aMidnightIsADate(value: String) async throws {
    let fixture = try await DataSetFixture(Self.schema)
    #expect(try await problems(fixture, select: "SELECT \(value) AS d UNION ALL SELECT NULL") == nil)
    #expect(try await fixture.rows("SELECT DISTINCT d FROM data WHERE d IS NOT NULL") == [["2026-11-01"]])
  }

  @Test(arguments: [
    "TIMESTAMP '2026-11-01 23:30:00'", "TIMESTAMPTZ '2026-11-01 00:00:00+01'", "TIMESTAMP_NS '2026-11-01 00:00:01'",
    "TIMESTAMP '2026-11-01 00:00:00.000001'", "'2026-11-01T23:30:00Z'", "'2026-11-01 00:00:01'",
    "'2026-11-01T00:00:00+01:00'",
  ]) func aTimeOfDayIsNotDropped(value: String) async throws {
    let fixture = try await DataSetFixture(Self.schema)
    let refused = try await problems(fixture, select: "SELECT NULL AS d UNION ALL SELECT \(value)")
    #expect(refused?.first?.hasPrefix("a.parquet:2: column 'd': invalid_value") == true, "\(refused ?? [])")
    let signals = try LoaderFixture()
    let file = try await signals.file(
      "a.parquet",
      select: "SELECT 'u' AS user_id, TIMESTAMP '2026-01-01 00:00:00' AS visit_dt_utc, \(value) AS visit_date",
      options: "FORMAT parquet")
    let loaded = try await signals.problems(file)
    #expect(loaded?.first?.hasPrefix("a.parquet:1: column 'visit_date': invalid_value") == true, "\(loaded ?? [])")
  }

  @Test func hashesAsBytesAreNamedWithTheirColumn() async throws {
    let fixture = try await DataSetFixture(Self.schema)
    let refused = try await problems(
      fixture,
      select: """
        SELECT NULL AS email, DATE '2026-11-01' AS d
        UNION ALL SELECT unhex(sha256('ann@example.com')), NULL
        """)
    #expect(
      refused == [
        "a.parquet:2: column 'email': invalid_value: The value is bytes that are no text. A SHA-256 is written as 64 "
          + "hexadecimal digits."
      ])
    // Text that an old writer left as bytes is text.
    let hash = DataSetFixture.hash("ann@example.com")
    #expect(
      try await problems(fixture, select: "SELECT CAST('\(hash)' AS BLOB) AS email, CAST('a' AS BLOB) AS title") == nil)
    #expect(try await fixture.rows("SELECT title FROM data") == [["a"]])
  }

  @Test(arguments: ["[1, 2]", "{'a': 1}", "MAP {'a': 1}", "['x']"])
  func listsAndStructuresAreNoTexts(value: String) async throws {
    let fixture = try await DataSetFixture(Self.schema)
    let reason = "invalid_value: The value is a list or a structure, and the column takes a text."
    let refused = try await problems(fixture, select: "SELECT NULL AS title UNION ALL SELECT \(value)")
    #expect(refused == ["a.parquet:2: column 'title': \(reason)"])
    let signals = try LoaderFixture()
    let file = try await signals.file(
      "a.parquet",
      select: "SELECT 'u' AS user_id, TIMESTAMP '2026-01-01 00:00:00' AS visit_dt_utc, \(value) AS page",
      options: "FORMAT parquet")
    #expect(try await signals.problems(file) == ["a.parquet:1: column 'page': \(reason)"])
  }

  @Test func listsAndObjectsOfJSONAreNoTexts() async throws {
    let fixture = try await DataSetFixture(Self.schema)
    func refused(_ value: String) async throws -> [String]? {
      let text = #"{"title": "[1] a"}"# + "\n" + #"{"title": \#(value)}"# + "\n"
      let file = try fixture.write("a.jsonl", Data(text.utf8))
      return try await fixture.problems { try await fixture.load([file], format: .jsonLines) }
    }
    for value in ["[1, 2]", #"{"a": 1}"#, "[]"] {
      let problems = try await refused(value)
      #expect(problems?.count == 1)
      #expect(problems?.first?.contains(":2: column 'title': invalid_value: The value is a list") == true)
    }
    for value in [#""[1, 2]""#, #""{\"a\": 1}""#, "7", "null"] { #expect(try await refused(value) == nil) }
  }

  @Test func graphsTakeNoListsAndKnowCountriesByName() async throws {
    let fixture = try await IdentityFixture()
    let hash = DataSetFixture.hash("ann@example.com")
    let lists = try await fixture.files.file(
      "a.parquet", select: "SELECT ['u'] AS user_id, '\(hash)' AS email", options: "FORMAT parquet")
    #expect(
      try await fixture.problems(lists) == [
        "a.parquet:1: column 'user_id': invalid_value: The value is a list or a structure, and the column takes a text."
      ])
    let people = "user_id,email,country_code\nu,\(hash),Deutschland\nv,\(DataSetFixture.hash("b")),uk\n"
    #expect(try await fixture.problems(fixture.files.file("b.csv", people)) == nil)
    let unknown = "user_id,email,country_code\nu,\(hash),Atlantis\n"
    #expect(
      try await fixture.problems(fixture.files.file("c.csv", unknown)) == [
        "c.csv:2: column 'country_code': invalid_value: The value is no country: a code of ISO 3166-1 or a name."
      ])
  }
}
