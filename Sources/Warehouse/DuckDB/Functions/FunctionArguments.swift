import CDuckDB

/// The arguments of a chunk of rows, column by column. Valid during the call that they belong to.
struct FunctionArguments {
  private let chunk: duckdb_data_chunk
  let rowCount: Int

  init(_ chunk: duckdb_data_chunk) {
    self.chunk = chunk
    rowCount = Int(duckdb_data_chunk_get_size(chunk))
  }

  /// An argument of type `text`.
  func texts(_ index: Int) -> TextColumn {
    TextColumn(duckdb_data_chunk_get_vector(chunk, UInt64(index)))
  }

  /// An argument of type `integer` that is never NULL.
  func integers(_ index: Int) -> UnsafeBufferPointer<Int64> { values(index) }

  /// An argument of type `double`. What stands where it is NULL means nothing: see `isNull`.
  func doubles(_ index: Int) -> UnsafeBufferPointer<Double> { values(index) }

  /// Whether an argument is NULL in a row.
  func isNull(_ index: Int, row: Int) -> Bool {
    let validity = duckdb_vector_get_validity(duckdb_data_chunk_get_vector(chunk, UInt64(index)))
    return validity.map { !duckdb_validity_row_is_valid($0, UInt64(row)) } ?? false
  }

  /// A row's list in an argument of type `integers`; nil where it or one of its numbers is NULL.
  func integerList(_ index: Int, row: Int) -> [Int64]? {
    guard !isNull(index, row: row), let vector = duckdb_data_chunk_get_vector(chunk, UInt64(index)),
      let entries = duckdb_vector_get_data(vector)?.assumingMemoryBound(to: duckdb_list_entry.self)
    else { return nil }
    let entry = entries[row]
    guard entry.length > 0 else { return [] }
    guard let elements = duckdb_list_vector_get_child(vector),
      let numbers = duckdb_vector_get_data(elements)?.assumingMemoryBound(to: Int64.self)
    else { return nil }
    let range = Int(entry.offset)..<Int(entry.offset + entry.length)
    if let validity = duckdb_vector_get_validity(elements) {
      guard range.allSatisfy({ duckdb_validity_row_is_valid(validity, UInt64($0)) }) else { return nil }
    }
    return range.map { numbers[$0] }
  }

  private func values<Value: BitwiseCopyable>(_ index: Int) -> UnsafeBufferPointer<Value> {
    let data = duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, UInt64(index)))
    return UnsafeBufferPointer(start: data?.assumingMemoryBound(to: Value.self), count: rowCount)
  }
}

/// The texts of a chunk of rows in one argument.
struct TextColumn {
  private let strings: UnsafeMutablePointer<duckdb_string_t>?
  private let validity: UnsafeMutablePointer<UInt64>?

  fileprivate init(_ vector: duckdb_vector?) {
    strings = duckdb_vector_get_data(vector)?.assumingMemoryBound(to: duckdb_string_t.self)
    validity = duckdb_vector_get_validity(vector)
  }

  /// The UTF-8 of a row's text, where it stands in the engine's memory; nil where it is NULL.
  func bytes(_ row: Int) -> UnsafeRawBufferPointer? {
    guard let strings else { return nil }
    if let validity, !duckdb_validity_row_is_valid(validity, UInt64(row)) { return nil }
    let string = strings + row
    return UnsafeRawBufferPointer(start: duckdb_string_t_data(string), count: Int(string.pointee.length))
  }

  /// A row's text; nil where it is NULL.
  subscript(_ row: Int) -> String? {
    bytes(row).map { String(decoding: $0, as: UTF8.self) }
  }
}
