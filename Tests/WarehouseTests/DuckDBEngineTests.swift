import Catalog
import Foundation
import ObjectStorage
import Synchronization
import Testing

@testable import Dialects
@testable import Warehouse

@Suite struct DuckDBEngineTests {
  let warehouse: TestWarehouse

  init() throws { warehouse = try TestWarehouse() }

  @Test func queriesReadTheirSourcesAndWriteOneFile() async throws {
    try await warehouse.publish("SELECT i AS user_id, i % 3 AS campaign FROM range(10) r(i)", to: "clicks", day: 1)
    try await warehouse.publish("SELECT i AS user_id, 0::BIGINT AS campaign FROM range(5) r(i)", to: "clicks", day: 2)
    let source = warehouse.source("clicks", [("user_id", .userKey), ("campaign", .bigint)])
    let query = warehouse.query(
      "SELECT campaign, count(*) AS n FROM clicks GROUP BY campaign ORDER BY campaign", sources: [source])
    let output = try warehouse.output()
    #expect(try await warehouse.engine.run(query, signals: warehouse.snapshot, output: output) == 3)
    let rows = try await warehouse.rows("SELECT campaign, n FROM data", of: [output])
    #expect(rows == [[.integer(0), .integer(9)], [.integer(1), .integer(3)], [.integer(2), .integer(3)]])
  }

  @Test func onlyFilesOfTheRequestedDaysAreRead() async throws {
    for day in 10...14 {
      try await warehouse.publish("SELECT \(day)::BIGINT AS day_number", to: "clicks", day: day)
    }
    let source = warehouse.source("clicks", [("day_number", .bigint)], days: 11...12)
    let output = try warehouse.output()
    let query = warehouse.query("SELECT * FROM clicks ORDER BY 1", sources: [source])
    _ = try await warehouse.engine.run(query, signals: warehouse.snapshot, output: output)
    #expect(try await warehouse.rows("FROM data", of: [output]) == [[.integer(11)], [.integer(12)]])
  }

  /// The folder `day=…` must not turn into a column.
  @Test func folderNamesAreNoColumns() async throws {
    try await warehouse.publish("SELECT 1::BIGINT AS x", to: "clicks", day: 3)
    let source = warehouse.source("clicks", [("day", .date)])
    await #expect(throws: EngineError(.failed)) {
      let query = warehouse.query("SELECT day FROM clicks", sources: [source])
      _ = try await warehouse.engine.run(query, signals: warehouse.snapshot, output: warehouse.output())
    }
  }

  @Test func tablesWithoutFilesAreEmptyAndTyped() async throws {
    let types: [(String, SQLType)] = [
      ("a", .userKey), ("b", .string), ("c", .decimal(precision: 38, scale: 4)), ("d", .array(.bigint)),
      ("e", .timestamp), ("f", .row([.init(name: "x y", type: .boolean)])), ("g", .map(key: .string, value: .double)),
    ]
    let output = try warehouse.output()
    let query = warehouse.query("SELECT * FROM nothing", sources: [warehouse.source("nothing", types)])
    #expect(try await warehouse.engine.run(query, signals: warehouse.snapshot, output: output) == 0)
    let names = try await warehouse.rows("SELECT column_type FROM (DESCRIBE data)", of: [output]).map { $0[0].text }
    let expected = [
      "BIGINT", "VARCHAR", "DECIMAL(38,4)", "BIGINT[]", "TIMESTAMP", #"STRUCT("x y" BOOLEAN)"#, "MAP(VARCHAR, DOUBLE)",
    ]
    #expect(names == expected)
  }

  @Test func rowsOfSourcesWithoutReadColumnsCount() async throws {
    try await warehouse.publish("SELECT i FROM range(7) r(i)", to: "clicks", day: 1)
    let output = try warehouse.output()
    let query = warehouse.query("SELECT count(*) AS n FROM clicks", sources: [warehouse.source("clicks", [])])
    _ = try await warehouse.engine.run(query, signals: warehouse.snapshot, output: output)
    #expect(try await warehouse.rows("FROM data", of: [output]) == [[.integer(7)]])
  }

  @Test func theTimeZoneIsUTC() async throws {
    let output = try warehouse.output()
    let query = warehouse.query("SELECT current_setting('TimeZone') AS zone, date_part('timezone', now())::BIGINT AS o")
    _ = try await warehouse.engine.run(query, signals: warehouse.snapshot, output: output)
    #expect(try await warehouse.rows("FROM data", of: [output]) == [[.text("UTC"), .integer(0)]])
  }

  @Test func progressReachesOne() async throws {
    let seen = Mutex<[Double]>([])
    let query = warehouse.query("SELECT count(*) AS n FROM range(20_000_000) a(i) WHERE hash(i) % 3 = 0")
    _ = try await warehouse.engine.run(query, signals: warehouse.snapshot, output: warehouse.output()) { fraction in
      seen.withLock { $0.append(fraction) }
    }
    let fractions = seen.withLock { $0 }
    #expect(fractions.last == 1)
    #expect(fractions == fractions.sorted())
    #expect(fractions.allSatisfy { (0...1).contains($0) })
  }

  @Test func settingsAreChecked() {
    let folder = warehouse.folder
    let wrong = [
      EngineSettings(threads: 0, spillFolder: folder),
      EngineSettings(threads: 1000, spillFolder: folder),
      EngineSettings(memoryLimitBytes: 1 << 20, spillFolder: folder),
      EngineSettings(spillFolder: folder, spillLimitBytes: -1),
      EngineSettings(spillFolder: folder, timeLimit: .zero),
    ]
    for settings in wrong {
      #expect(throws: InvalidEngineSettings.self) { try DuckDBEngine(settings: settings) }
    }
    #expect(EngineSettings(spillFolder: folder).problem == nil)
  }
}
