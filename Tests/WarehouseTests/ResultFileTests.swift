import Foundation
import ObjectStorage
import Testing

@testable import Dialects
@testable import Warehouse

@Suite struct ResultFileTests {
  let warehouse: TestWarehouse

  init() throws { warehouse = try TestWarehouse() }

  /// The rows of a statement as CSV.
  private func csv(_ sql: String, rows: Range<Int> = 0..<1000, format: CSVFormat = CSVFormat()) async throws -> String {
    let parquet = try warehouse.output()
    let csv = try warehouse.output("result.csv")
    _ = try await warehouse.engine.run(warehouse.query(sql), signals: warehouse.snapshot, output: parquet)
    try await warehouse.engine.write(rows: rows, of: parquet, to: csv, as: .csv(format))
    return try String(contentsOfFile: csv.path, encoding: .utf8)
  }

  @Test func fieldsAreQuotedWhereNeeded() async throws {
    let text = try await csv(
      """
      SELECT * FROM (VALUES (1, 'plain', 1.50), (2, 'a "b", c', NULL), (3, NULL, 2.25), (4, 'two
      lines', 0), (5, '', 7), (6, ' ä ', -1)) t(id, name, cost)
      """)
    let expected = """
      id,name,cost
      1,plain,1.50
      2,"a ""b"", c",
      3,,2.25
      4,"two
      lines",0.00
      5,"",7.00
      6, ä ,-1.00

      """
    #expect(text == expected)
  }

  @Test func everyTypeHasItsTextForm() async throws {
    let text = try await csv(
      """
      SELECT true AS b, TIMESTAMP '2026-01-31 23:59:58.123456' AS t, DATE '2026-02-01' AS d,
        12345678901234567::BIGINT AS i, 0.1::DOUBLE AS x, 1.2300::DECIMAL(38, 4) AS m, NULL::TIMESTAMP AS n
      """)
    let expected = """
      b,t,d,i,x,m,n
      true,2026-01-31T23:59:58.123Z,2026-02-01,12345678901234567,0.1,1.2300,

      """
    #expect(text == expected)
  }

  @Test func separatorsCanBeChanged() async throws {
    let sql = #"SELECT 'a;b' AS x, 'it''s' AS y, 'c\d' AS z, 'e\;f' AS w, '' AS v"#
    let format = CSVFormat(separator: ";", quote: "'", escape: "\\")
    #expect(try await csv(sql, format: format) == #"x;y;z;w;v\#n'a;b';'it\'s';c\d;'e\\;f';''\#n"#)
    let tabs = CSVFormat(separator: "\t", quote: "\"", escape: "\"")
    #expect(try await csv("SELECT 'a,b' AS x, 'c\td' AS y", format: tabs) == "x\ty\na,b\t\"c\td\"\n")
  }

  @Test func emptyResultsHaveAHeader() async throws {
    #expect(try await csv("SELECT 1 AS a, 'x' AS b WHERE false") == "a,b\n")
    #expect(try await csv("SELECT 1 AS a, 'x' AS b WHERE false", rows: 0..<0) == "a,b\n")
  }

  @Test func partsJoinToTheWholeInOrder() async throws {
    let sql = "SELECT (i * 7919) % 300007 AS x FROM range(300000) r(i) ORDER BY 1 DESC"
    let parts = ResultFileLimits(rowsPerFile: 130_000).parts(rowCount: 300_000)
    #expect(parts == [0..<130_000, 130_000..<260_000, 260_000..<300_000])
    let parquet = try warehouse.output()
    #expect(
      try await warehouse.engine.run(warehouse.query(sql), signals: warehouse.snapshot, output: parquet) == 300_000)
    var lines: [Substring] = []
    var counts: [[EngineValue]] = []
    for (number, rows) in parts.enumerated() {
      let csv = try warehouse.output("part\(number).csv")
      try await warehouse.engine.write(rows: rows, of: parquet, to: csv, as: .csv(CSVFormat()))
      let text = try String(contentsOfFile: csv.path, encoding: .utf8)
      let content = text.split(separator: "\n")
      #expect(content.first == "x")
      lines += content.dropFirst()
      let part = try warehouse.output("part\(number).parquet")
      try await warehouse.engine.write(rows: rows, of: parquet, to: part, as: .parquet)
      counts += try await warehouse.rows("SELECT count(*), max(x)::BIGINT FROM data", of: [part])
    }
    let numbers = lines.compactMap { Int($0) }
    #expect(numbers.count == 300_000)
    #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 > $1 })
    let expected = parts.map { [EngineValue.integer(Int64($0.count)), .integer(Int64(numbers[$0.lowerBound]))] }
    #expect(counts == expected)
  }

  @Test(arguments: [(0, 1), (1, 1), (10, 1), (11, 2), (50, 5), (51, 5), (1_000_003, 5)])
  func thereAreNeverMoreThanFiveParts(_ rowCount: Int, _ count: Int) {
    let parts = ResultFileLimits(rowsPerFile: 10).parts(rowCount: rowCount)
    #expect(parts.count == count)
    #expect(parts.first?.lowerBound == 0)
    #expect(parts.last?.upperBound == rowCount)
    for (part, next) in zip(parts, parts.dropFirst()) { #expect(part.upperBound == next.lowerBound) }
  }
}
