import Dialects
import ObjectStorage
import Warehouse
import WarehouseTestSupport

/// The rows that the engine wrote for a query.
enum ResultFile {
  /// The rows of the file; values other than booleans and numbers as text.
  static func rows(
    of query: EmittedQuery, in file: EngineLocation, _ session: OpenSession
  ) async throws -> [[ReferenceValue]] {
    try await rows(of: query, in: "read_parquet('\(file.path)')", session)
  }

  /// The rows of a relation of the session that has the query's columns.
  static func rows(
    of query: EmittedQuery, in relation: String, _ session: OpenSession
  ) async throws -> [[ReferenceValue]] {
    let items = query.columns.map { column in
      let name = "\"\(column.name)\""
      switch column.type {
      case .boolean: return name
      case .tinyint, .smallint, .integer, .bigint: return "CAST(\(name) AS BIGINT)"
      case .decimal, .float, .double: return "CAST(\(name) AS DOUBLE)"
      case .date, .timestamp, .string, .binary, .array, .map, .row, .userKey, .unknown:
        return "CAST(\(name) AS VARCHAR)"
      }
    }
    let rows = try await session.rows("SELECT \(items.joined(separator: ", ")) FROM \(relation)")
    return rows.map { $0.map(value) }
  }

  private static func value(_ value: EngineValue) -> ReferenceValue {
    switch value {
    case .null: .null
    case .boolean(let value): .boolean(value)
    case .integer(let value): .integer(Int(value))
    case .double(let value): .double(value)
    case .text(let value): .text(value)
    }
  }
}
