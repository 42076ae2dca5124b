import CDuckDB

/// An in-memory database with its one connection. Not thread-safe: it belongs to one `EngineSession`.
final class DuckDBConnection {
  private var database: duckdb_database?
  private(set) var connection: duckdb_connection?

  /// Opens a database with these options.
  init(options: [(name: String, value: String)]) throws(EngineError) {
    var config: duckdb_config?
    defer { duckdb_destroy_config(&config) }
    guard duckdb_create_config(&config) == 0 else { throw EngineError(.unavailable) }
    for option in options {
      guard duckdb_set_config(config, option.name, option.value) == 0 else { throw EngineError(.unavailable) }
    }
    var reason: UnsafeMutablePointer<CChar>?
    let opened = duckdb_open_ext(":memory:", &database, config, &reason)
    duckdb_free(reason)
    guard opened == 0, duckdb_connect(database, &connection) == 0 else {
      duckdb_close(&database)
      throw EngineError(.unavailable)
    }
  }

  deinit {
    duckdb_disconnect(&connection)
    duckdb_close(&database)
  }

  /// Runs statements and hands the result of the last one to `read`.
  func query<Result>(
    _ sql: String, _ read: (inout duckdb_result) throws(EngineError) -> Result
  ) throws(EngineError) -> Result {
    var result = duckdb_result()
    defer { duckdb_destroy_result(&result) }
    guard duckdb_query(connection, sql, &result) == 0 else {
      throw Self.error(of: &result)
    }
    return try read(&result)
  }

  /// The code for a failure. The engine's text tells some of them apart, and goes no further.
  private static func error(of result: inout duckdb_result) -> EngineError {
    switch duckdb_result_error_type(&result) {
    case DUCKDB_ERROR_INTERRUPT:
      return EngineError(.cancelled)
    case DUCKDB_ERROR_OUT_OF_MEMORY:
      let text = duckdb_result_error(&result).map { String(cString: $0) } ?? ""
      return EngineError(text.contains("max_temp_directory_size") ? .spillFull : .outOfMemory)
    case DUCKDB_ERROR_IO, DUCKDB_ERROR_PERMISSION:
      return EngineError(.storage)
    case DUCKDB_ERROR_CONVERSION, DUCKDB_ERROR_OUT_OF_RANGE,
      DUCKDB_ERROR_DECIMAL, DUCKDB_ERROR_DIVIDE_BY_ZERO,
      DUCKDB_ERROR_INVALID_INPUT:
      return EngineError(.invalidValue)
    default:
      return EngineError(.failed)
    }
  }
}
