import Catalog
import Dialects
import Foundation
import ObjectStorage
import Privacy
import WarehouseTestSupport

@testable import Warehouse

/// A small world in which every number follows from a user's number, so tests know the right results.
///
/// Users are numbered 1 to 1,000; `u` is the number. In `dsp_impressions` each has `u % 5 + 1` rows. Comments beside
/// the columns below describe them. Times are in the ten days from 2025-01-01.
struct TestSignals: SignalFiles {
  static let window = TimeWindow(
    start: Date(timeIntervalSince1970: 1_735_689_600), end: Date(timeIntervalSince1970: 1_736_553_600))

  typealias Tables = [String: (rows: String, columns: [String: String])]

  private static let standard: Tables = [
    "dsp_impressions": (
      "range(1, 1001) a(u), range(1, 6) b(k) WHERE k <= u % 5 + 1", impressionColumns
    ),
    "dsp_clicks": (
      "range(1, 1001) a(u), range(1, 2) b(k) WHERE u % 10 = 3",
      impressionColumns.merging([
        "click_dt_utc": "TIMESTAMP '2025-01-01' + to_days((u % 10)::INTEGER) + to_hours((k + 1)::INTEGER)",
        "clicks": "1",
      ]) { $1 }
    ),
    "conversions": (
      "range(1, 1001) a(u), range(1, 2) b(k) WHERE u % 3 = 0",
      [
        "user_id": "u", "user_id_type": "'adUserId'",
        "event_subtype": "CASE WHEN u % 6 = 0 THEN 'order' ELSE 'shoppingCart' END",
        "event_dt_utc": "TIMESTAMP '2025-01-02' + to_days((u % 9)::INTEGER)",
        // Two users have an event of their own.
        "conversion_event_name": "CASE WHEN u IN (3, 6) THEN 'name 3' WHEN u = 9 THEN 'single' ELSE 'other' END",
        "total_product_sales": "10.5", "conversions": "1", "tracked_asin": "'B00' || (u % 5)",
        "tracked_item": "'B00' || (u % 5)", "new_to_brand": "u % 2 = 0",
      ]
    ),
    "segment_metadata": (
      "range(1, 4) a(u)", ["segment_id": "u", "segment_name": "'segment ' || u"]
    ),
  ]

  private static let impressionColumns: [String: String] = [
    // 20 users are unknown.
    "user_id": "CASE WHEN u % 50 = 0 THEN NULL ELSE u END",
    "user_id_type": "CASE WHEN u % 10 = 0 THEN 'sisDeviceId' ELSE 'adUserId' END",
    // One campaign has one user.
    "campaign": "CASE WHEN u = 7 THEN 'tiny' ELSE 'campaign ' || (u % 4) END",
    "campaign_id": "u % 4", "campaign_id_string": "(u % 4)::VARCHAR", "advertiser": "'Acme'",
    "impressions": "1",
    // One user costs more than all others together.
    "impression_cost": "CASE WHEN u = 11 THEN 1000000000 ELSE 1000 * k END",
    "impression_dt_utc": "TIMESTAMP '2025-01-01' + to_days((u % 10)::INTEGER) + to_hours(k::INTEGER)",
    "impression_date_utc": "DATE '2025-01-01' + (u % 10)::INTEGER",
    // 200 codes of 5 users, 2 cities of 500.
    "postal_code": "lpad((u % 200)::VARCHAR, 5, '0')", "city_name": "'city ' || (u % 2)",
    "device_type": "CASE WHEN u % 3 = 0 THEN 'Phone' ELSE 'PC' END",
    "request_tag": "'r' || u || '-' || k", "deal_id": "CASE WHEN u % 20 = 1 THEN 'deal' END",
    "bid_price": "100 + u % 7", "matched_behavior_segment_ids": "[(u % 3)::INTEGER, 7]",
    "placement_view_rate": "0.25",
    // 100 and 99 known users; the rest are 781 known ones.
    "product_line":
      "CASE WHEN u BETWEEN 101 AND 202 AND u % 50 <> 0 THEN 'hundred' WHEN u BETWEEN 301 AND 400 AND u <> 350 AND u <> 400 AND u <> 399 OR u IN (401, 402) THEN 'ninety-nine' ELSE 'rest' END",
    // Fees of ten users, of nine, of none.
    "device_make": "CASE u % 3 WHEN 0 THEN 'ten' WHEN 1 THEN 'nine' ELSE 'none' END",
    "third_party_fees":
      "CASE WHEN k = 1 AND (u % 3 = 0 AND u BETWEEN 3 AND 30 OR u % 3 = 1 AND u BETWEEN 1 AND 25) THEN 1 ELSE 0 END",
  ]

  let folder: URL
  let engine: DuckDBEngine

  private let session: OpenSession
  private let tables: Tables

  /// - Parameter tables: For each table its rows, as the text behind FROM, and the value of each column.
  init(_ tables: Tables = Self.standard) async throws {
    self.tables = tables
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("adyton-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let settings = EngineSettings(
      threads: 1, memoryLimitBytes: 512 << 20, spillFolder: folder.appendingPathComponent("spill"))
    engine = try DuckDBEngine(settings: settings)
    session = try await OpenSession(settings, folders: [folder])
    for (name, table) in tables {
      guard let source = Catalogue.standard.dataSource(named: name) else { continue }
      try await write(source, table.columns, rows: table.rows)
    }
    try await write(
      InternalTables.userPreferences,
      ["user_id": "u", "opted_out": "u % 100 = 1", "excluded": "u % 100 = 2"], rows: "range(1, 1001) a(u)")
    try await write(InternalTables.sensitiveASINs, ["asin": "'B000'"], rows: "range(1) a(u)")
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  private func write(_ source: DataSource, _ columns: [String: String], rows: String) async throws {
    let items = source.columns.map { column in
      let type = DuckDBTypeNames.name(of: column.type)
      return "CAST(\(columns[column.name] ?? "NULL") AS \(type)) AS \"\(column.name)\""
    }
    let file = location(source.name)
    try await session.execute(
      "COPY (SELECT \(items.joined(separator: ", ")) FROM \(rows)) TO '\(file.path)' (FORMAT parquet)")
  }

  private func location(_ name: String) -> EngineLocation {
    EngineLocation(path: folder.appendingPathComponent("\(name).parquet").path)
  }

  func files(of table: String, days: ClosedRange<Int>?) async throws(StorageError) -> [EngineLocation] {
    let name = table
    let isKnown = tables[name] != nil || InternalTables.all.contains { $0.name == name }
    return isKnown ? [location(name)] : []
  }

  /// The rows of a query's result as text, with the column names first.
  func run(_ query: EmittedQuery) async throws -> [String] {
    let name = UUID().uuidString
    let parquet = EngineLocation(path: folder.appendingPathComponent("\(name).parquet").path)
    let csv = folder.appendingPathComponent("\(name).csv")
    _ = try await engine.run(query, signals: self, output: parquet)
    try await session.execute("COPY (FROM '\(parquet.path)') TO '\(csv.path)' (FORMAT csv, HEADER true)")
    return try String(contentsOf: csv, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  /// Runs a query in stages, with a review of its rows. Returns the result's rows as text, with the column names first.
  @discardableResult func run(
    _ report: EmittedReport, review: @escaping @Sendable (ReleasedStage) async throws -> Set<Int>
  ) async throws -> [String] {
    let name = UUID().uuidString
    let parquet = EngineLocation(path: folder.appendingPathComponent("\(name).parquet").path)
    let csv = folder.appendingPathComponent("\(name).csv")
    _ = try await engine.run(
      report, sketchKey: Self.sketchKey, signals: self, output: parquet, review: review, progress: { _ in })
    try await session.execute("COPY (FROM '\(parquet.path)') TO '\(csv.path)' (FORMAT csv, HEADER true)")
    return try String(contentsOf: csv, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  /// The secret of sketches in tests.
  static let sketchKey: Int64 = 4711
}
