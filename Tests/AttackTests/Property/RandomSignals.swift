import Catalog
import Dialects
import Foundation
import ObjectStorage
import TestSupport
import Warehouse
import WarehouseTestSupport

/// A few random rows of three tables of users: in files for the engine, and in memory for the reference.
struct RandomSignals: SignalFiles {
  struct Table: Sendable {
    var name: String
    var rows: [[String: ReferenceValue]]
  }

  /// The possible values of a column. `key` is the user's.
  enum Kind: Sendable {
    case key, text, number, list
  }

  /// The columns that queries use, by table.
  static let columns: [String: [(name: String, kind: Kind)]] = [
    "dsp_impressions": [
      ("user_id", .key), ("campaign", .text), ("device_type", .text), ("city_name", .text), ("bid_price", .number),
      ("impression_cost", .number), ("impressions", .number), ("matched_behavior_segment_ids", .list),
    ],
    "dsp_clicks": [
      ("user_id", .key), ("campaign", .text), ("device_type", .text), ("city_name", .text), ("click_cost", .number),
      ("clicks", .number),
    ],
    "conversions": [
      ("user_id", .key), ("tracked_asin", .text), ("event_subtype", .text), ("conversions", .number),
      ("total_units_sold", .number),
    ],
  ]
  private static let timeColumns = [
    "dsp_impressions": "impression_dt_utc", "dsp_clicks": "click_dt_utc", "conversions": "event_dt_utc",
  ]
  /// Texts and numbers have few values, so that rows share them.
  private static let texts = ["a", "b", "c"]
  private static let numbers = [0, 1, 1, 1, 2, 2, 3, 5, -2, 40]

  let folder: URL
  let tables: [String: Table]
  let session: OpenSession

  init(_ random: inout SeededGenerator, settings: EngineSettings) async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "adyton-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let users = Int.random(in: 6...30, using: &random)
    var tables: [String: Table] = [:]
    for name in Self.columns.keys.sorted() { tables[name] = Self.table(name, users, &random) }
    self.tables = tables
    session = try await OpenSession(settings, folders: [folder])
    for table in tables.values { try await write(table) }
  }

  /// These tables, in files of their own.
  init(tables: [String: Table], settings: EngineSettings) async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "adyton-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    self.tables = tables
    session = try await OpenSession(settings, folders: [folder])
    for table in tables.values { try await write(table) }
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  private static func table(_ name: String, _ users: Int, _ random: inout SeededGenerator) -> Table {
    let count = Int.random(in: 10...80, using: &random)
    let rows = (0..<count).map { _ in row(name, users, &random) }
    return Table(name: name, rows: rows)
  }

  private static func row(_ name: String, _ users: Int, _ random: inout SeededGenerator) -> [String: ReferenceValue] {
    var row: [String: ReferenceValue] = [:]
    for (column, kind) in columns[name] ?? [] {
      if Int.random(in: 0..<12, using: &random) == 0 {
        row[column] = .null
        continue
      }
      switch kind {
      case .key: row[column] = .integer(Int.random(in: 1...users, using: &random))
      case .text: row[column] = .text(texts.randomElement(using: &random) ?? "a")
      case .number: row[column] = .integer(numbers.randomElement(using: &random) ?? 0)
      case .list:
        let length = Int.random(in: 0...3, using: &random)
        row[column] = .list((0..<length).map { _ in .integer(Int.random(in: 1...3, using: &random)) })
      }
    }
    // Days from the window's start; some events are not in the window.
    row[timeName] = .integer(Int.random(in: -1...10, using: &random))
    return row
  }

  /// The name under which a row has the day of its event in the window, which has ten days.
  static let timeName = "day of window"

  private func write(_ table: Table) async throws {
    guard let source = Catalogue.standard.dataSource(named: table.name) else { return }
    let own = Self.columns[table.name] ?? []
    let names = own.map(\.name) + [Self.timeName]
    let rows = table.rows.map { row in "(\(names.map { Self.sql(row[$0] ?? .null) }.joined(separator: ", ")))" }
    let items = source.columns.map { column in
      let type = DuckDBTypeNames.name(of: column.type)
      let isTime = column.name == Self.timeColumns[table.name]
      let value =
        isTime
        ? "TIMESTAMP '2025-01-01 06:00:00' + to_days(\"\(Self.timeName)\"::INTEGER)"
        : own.contains { $0.name == column.name } ? "\"\(column.name)\"" : "NULL"
      return "CAST(\(value) AS \(type)) AS \"\(column.name)\""
    }
    let header = names.map { "\"\($0)\"" }.joined(separator: ", ")
    let statement = """
      COPY (SELECT \(items.joined(separator: ", ")) FROM (VALUES \(rows.joined(separator: ", "))) AS r(\(header)))
      TO '\(path(of: table.name))' (FORMAT parquet)
      """
    try await session.execute(statement)
  }

  private static func sql(_ value: ReferenceValue) -> String {
    switch value {
    case .null: "NULL"
    case .boolean(let value): String(value)
    case .integer(let value): String(value)
    case .double(let value): String(value)
    case .text(let value): "'\(value)'"
    case .list(let values): "[\(values.map(sql).joined(separator: ", "))]::INTEGER[]"
    }
  }

  func path(of name: String) -> String { folder.appending(path: "\(name).parquet").path(percentEncoded: false) }

  func files(of table: String, days: ClosedRange<Int>?) async throws(StorageError) -> [EngineLocation] {
    tables[table] == nil ? [] : [EngineLocation(path: path(of: table))]
  }
}
