import CDuckDB

/// The functions that the dialect calls for regular expressions which RE2 can't run as Java does. NULL in any argument
/// gives NULL.
enum RegularExpressionFunctions {
  /// Makes them known to a database. They end with an error, which says nothing of the values, once `isStopped`.
  static func register(on connection: duckdb_connection, isStopped: @escaping @Sendable () -> Bool)
    throws(EngineError)
  {
    let runner = PatternRunner(isStopped: isStopped)
    try register("adyton_regexp_matches", 2, .boolean, runner, on: connection) { info, chunk, output in
      RegularExpressionFunctions.run(info, chunk, output) { runner, values throws(PatternRunner.Stopped) in
        try runner.matches(values[0], values[1])
      } write: { output, row, value in
        duckdb_vector_get_data(output)?.assumingMemoryBound(to: Bool.self)[row] = value
      }
    }
    try register("adyton_regexp_substr", 2, .text, runner, on: connection) { info, chunk, output in
      RegularExpressionFunctions.run(info, chunk, output) { runner, values throws(PatternRunner.Stopped) in
        try runner.first(in: values[0], values[1])
      } write: { output, row, value in
        RegularExpressionFunctions.write(value, to: output, row)
      }
    }
    try register("adyton_regexp_replace", 3, .text, runner, on: connection) { info, chunk, output in
      RegularExpressionFunctions.run(info, chunk, output) { runner, values throws(PatternRunner.Stopped) in
        try runner.replacing(values[0], values[1], by: values[2])
      } write: { output, row, value in
        RegularExpressionFunctions.write(value, to: output, row)
      }
    }
    try register("adyton_regexp_split", 2, .texts, runner, on: connection) { info, chunk, output in
      RegularExpressionFunctions.run(info, chunk, output, givesLists: true) {
        runner, values throws(PatternRunner.Stopped) in
        try runner.parts(of: values[0], values[1])
      } write: { output, row, value in
        RegularExpressionFunctions.write(value, to: output, row)
      }
    }
  }

  private enum ResultType {
    case boolean, text, texts
  }

  private static func register(
    _ name: String, _ parameterCount: Int, _ result: ResultType, _ runner: PatternRunner,
    on connection: duckdb_connection, _ function: duckdb_scalar_function_t
  ) throws(EngineError) {
    var made = duckdb_create_scalar_function()
    defer { duckdb_destroy_scalar_function(&made) }
    var text = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR)
    defer { duckdb_destroy_logical_type(&text) }
    var type: duckdb_logical_type?
    switch result {
    case .boolean: type = duckdb_create_logical_type(DUCKDB_TYPE_BOOLEAN)
    case .text: type = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR)
    case .texts: type = duckdb_create_list_type(text)
    }
    defer { duckdb_destroy_logical_type(&type) }
    duckdb_scalar_function_set_name(made, name)
    for _ in 0..<parameterCount { duckdb_scalar_function_add_parameter(made, text) }
    duckdb_scalar_function_set_return_type(made, type)
    duckdb_scalar_function_set_special_handling(made)
    duckdb_scalar_function_set_extra_info(made, Unmanaged.passRetained(runner).toOpaque()) { pointer in
      if let pointer { Unmanaged<PatternRunner>.fromOpaque(pointer).release() }
    }
    duckdb_scalar_function_set_function(made, function)
    guard duckdb_register_scalar_function(connection, made) == 0 else { throw EngineError(.unavailable) }
  }

  // MARK: Rows

  /// Rows between two looks at whether to stop.
  private static let rowsBetweenLooks = 64

  private static func run<Value>(
    _ info: duckdb_function_info?, _ chunk: duckdb_data_chunk?, _ output: duckdb_vector?, givesLists: Bool = false,
    _ compute: (PatternRunner, [String]) throws(PatternRunner.Stopped) -> Value?,
    write: (duckdb_vector, Int, Value) -> Void
  ) {
    guard let chunk, let output, let pointer = duckdb_scalar_function_get_extra_info(info) else { return }
    let runner = Unmanaged<PatternRunner>.fromOpaque(pointer).takeUnretainedValue()
    let columns = TextColumns(chunk)
    do throws(PatternRunner.Stopped) {
      for row in 0..<Int(duckdb_data_chunk_get_size(chunk)) {
        if row.isMultiple(of: rowsBetweenLooks) { try runner.checkStop() }
        if let values = columns.values(row), let value = try compute(runner, values) {
          write(output, row, value)
        } else {
          // A list that is NULL still has a place and a length.
          if givesLists { writeEntry(.init(offset: 0, length: 0), to: output, row) }
          writeNull(to: output, row)
        }
      }
    } catch {
      duckdb_scalar_function_set_error(info, "stopped")
    }
  }

  private static func writeNull(to output: duckdb_vector, _ row: Int) {
    duckdb_vector_ensure_validity_writable(output)
    duckdb_validity_set_row_invalid(duckdb_vector_get_validity(output), UInt64(row))
  }

  private static func write(_ value: String, to output: duckdb_vector, _ row: Int) {
    var value = value
    value.withUTF8 { bytes in
      let pointer = bytes.baseAddress.map { UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self) }
      duckdb_vector_assign_string_element_len(output, UInt64(row), pointer, UInt64(bytes.count))
    }
  }

  private static func write(_ values: [String], to output: duckdb_vector, _ row: Int) {
    let start = duckdb_list_vector_get_size(output)
    let end = start + UInt64(values.count)
    guard duckdb_list_vector_reserve(output, end) == 0, duckdb_list_vector_set_size(output, end) == 0,
      let child = duckdb_list_vector_get_child(output)
    else {
      writeEntry(.init(offset: 0, length: 0), to: output, row)
      return writeNull(to: output, row)
    }
    for (index, value) in values.enumerated() { write(value, to: child, Int(start) + index) }
    writeEntry(.init(offset: start, length: UInt64(values.count)), to: output, row)
  }

  private static func writeEntry(_ entry: duckdb_list_entry, to output: duckdb_vector, _ row: Int) {
    duckdb_vector_get_data(output)?.assumingMemoryBound(to: duckdb_list_entry.self)[row] = entry
  }
}

/// The columns of a chunk, all of them texts.
private struct TextColumns {
  private struct Column {
    var strings: UnsafeMutablePointer<duckdb_string_t>
    var validity: UnsafeMutablePointer<UInt64>?
  }

  private var columns: [Column] = []

  init(_ chunk: duckdb_data_chunk) {
    for index in 0..<duckdb_data_chunk_get_column_count(chunk) {
      guard let vector = duckdb_data_chunk_get_vector(chunk, index), let data = duckdb_vector_get_data(vector) else {
        continue
      }
      columns.append(
        Column(
          strings: data.assumingMemoryBound(to: duckdb_string_t.self), validity: duckdb_vector_get_validity(vector)))
    }
  }

  /// The texts of a row; nil where one of them is NULL.
  func values(_ row: Int) -> [String]? {
    var values: [String] = []
    for column in columns {
      if let validity = column.validity, !duckdb_validity_row_is_valid(validity, UInt64(row)) { return nil }
      let string = column.strings + row
      let bytes = UnsafeRawBufferPointer(start: duckdb_string_t_data(string), count: Int(string.pointee.length))
      values.append(String(decoding: bytes, as: UTF8.self))
    }
    return values
  }
}
