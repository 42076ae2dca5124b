import CDuckDB

/// A value that a trusted statement gave.
package enum EngineValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case double(Double)
  case text(String)

  /// The number of a BIGINT, or nil.
  package var integer: Int? {
    if case .integer(let value) = self { Int(value) } else { nil }
  }

  /// The number of a DOUBLE, or nil.
  package var double: Double? {
    if case .double(let value) = self { value } else { nil }
  }

  /// The text of a VARCHAR, or nil.
  package var text: String? {
    if case .text(let value) = self { value } else { nil }
  }
}

/// Reads a result into memory. Columns must be BOOLEAN, BIGINT, DOUBLE or VARCHAR: statements cast what is not.
struct RowReader {
  /// All rows of a result; meant for few.
  static func rows(of result: inout duckdb_result) throws(EngineError) -> [[EngineValue]] {
    var rows: [[EngineValue]] = []
    try forEachChunk(of: &result) { chunk throws(EngineError) in rows += chunk }
    return rows
  }

  /// Hands all rows of a result to `use`, one chunk of the engine after the other.
  static func forEachChunk(
    of result: inout duckdb_result, _ use: ([[EngineValue]]) throws(EngineError) -> Void
  ) throws(EngineError) {
    let types = (0..<duckdb_column_count(&result)).map { duckdb_column_type(&result, $0) }
    while let fetched = duckdb_fetch_chunk(result) {
      var chunk: duckdb_data_chunk? = fetched
      defer { duckdb_destroy_data_chunk(&chunk) }
      let count = Int(duckdb_data_chunk_get_size(chunk))
      var rows = [[EngineValue]](repeating: [], count: count)
      for row in rows.indices { rows[row].reserveCapacity(types.count) }
      for (column, type) in types.enumerated() {
        let vector = duckdb_data_chunk_get_vector(chunk, UInt64(column))
        for row in 0..<count {
          rows[row].append(try value(of: vector, row: row, type: type))
        }
      }
      try use(rows)
    }
  }

  private static func value(of vector: duckdb_vector?, row: Int, type: duckdb_type) throws(EngineError) -> EngineValue {
    if let validity = duckdb_vector_get_validity(vector), !duckdb_validity_row_is_valid(validity, UInt64(row)) {
      return .null
    }
    guard let data = duckdb_vector_get_data(vector) else { throw EngineError(.failed) }
    switch type {
    case DUCKDB_TYPE_BOOLEAN:
      return .boolean(data.assumingMemoryBound(to: Bool.self)[row])
    case DUCKDB_TYPE_BIGINT:
      return .integer(data.assumingMemoryBound(to: Int64.self)[row])
    case DUCKDB_TYPE_DOUBLE:
      return .double(data.assumingMemoryBound(to: Double.self)[row])
    case DUCKDB_TYPE_VARCHAR:
      return text(data.assumingMemoryBound(to: duckdb_string_t.self) + row)
    default:
      throw EngineError(.failed)
    }
  }

  private static func text(_ string: UnsafeMutablePointer<duckdb_string_t>) -> EngineValue {
    let bytes = UnsafeRawBufferPointer(start: duckdb_string_t_data(string), count: Int(string.pointee.length))
    return .text(String(decoding: bytes, as: UTF8.self))
  }
}
