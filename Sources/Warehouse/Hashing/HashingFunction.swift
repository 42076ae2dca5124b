import CDuckDB

/// The function that turns values of a customer file into those of its result.
enum HashingFunction {
  /// `adyton_hash(column, row, value, country)`: what stands for the value in that column of the plan, as a number from 0.
  static let name = "adyton_hash"

  /// Makes it known to a database.
  static func register(on connection: duckdb_connection, tally: HashingTally) throws(EngineError) {
    let types = [DUCKDB_TYPE_BIGINT, DUCKDB_TYPE_BIGINT, DUCKDB_TYPE_VARCHAR, DUCKDB_TYPE_VARCHAR]
    try ScalarFunction.register(
      name, types, DUCKDB_TYPE_VARCHAR, on: connection,
      configure: { function in
        duckdb_scalar_function_set_special_handling(function)  // values that are missing are counted
        duckdb_scalar_function_set_extra_info(function, Unmanaged.passRetained(tally).toOpaque()) { pointer in
          if let pointer { Unmanaged<HashingTally>.fromOpaque(pointer).release() }
        }
      },
      { info, chunk, output in HashingFunction.run(info, chunk, output) })
  }

  /// The column is the same in all rows of a chunk, as each call in a statement has its own.
  private static func run(_ info: duckdb_function_info?, _ chunk: duckdb_data_chunk?, _ output: duckdb_vector?) {
    guard let chunk, let output, let pointer = duckdb_scalar_function_get_extra_info(info) else { return }
    let count = Int(duckdb_data_chunk_get_size(chunk))
    guard count > 0, let columns = numbers(chunk, 0), let rows = numbers(chunk, 1) else { return }
    let tally = Unmanaged<HashingTally>.fromOpaque(pointer).takeUnretainedValue()
    let column = Int(columns[0])
    guard tally.uses.indices.contains(column) else { return duckdb_scalar_function_set_error(info, "no such column") }
    var hashing = ValueHashing(use: tally.uses[column])
    for row in 0..<count {
      let result = hashing.result(
        of: text(chunk, 2, row), countryCode: text(chunk, 3, row), row: Int(rows[row]))
      if let result {
        write(result, to: output, row)
      } else {
        duckdb_vector_ensure_validity_writable(output)
        duckdb_validity_set_row_invalid(duckdb_vector_get_validity(output), UInt64(row))
      }
    }
    tally.add(hashing.counts, column: column)
  }

  private static func numbers(_ chunk: duckdb_data_chunk, _ column: UInt64) -> UnsafeMutablePointer<Int64>? {
    duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, column))?.assumingMemoryBound(to: Int64.self)
  }

  private static func text(_ chunk: duckdb_data_chunk, _ column: UInt64, _ row: Int) -> String? {
    guard let vector = duckdb_data_chunk_get_vector(chunk, column), let data = duckdb_vector_get_data(vector) else {
      return nil
    }
    if let validity = duckdb_vector_get_validity(vector), !duckdb_validity_row_is_valid(validity, UInt64(row)) {
      return nil
    }
    let string = data.assumingMemoryBound(to: duckdb_string_t.self) + row
    let bytes = UnsafeRawBufferPointer(start: duckdb_string_t_data(string), count: Int(string.pointee.length))
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func write(_ text: String, to output: duckdb_vector, _ row: Int) {
    var text = text
    text.withUTF8 { bytes in
      let pointer = bytes.baseAddress.map { UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self) }
      duckdb_vector_assign_string_element_len(output, UInt64(row), pointer, UInt64(bytes.count))
    }
  }
}
