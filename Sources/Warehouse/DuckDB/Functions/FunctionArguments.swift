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
  func integers(_ index: Int) -> UnsafeBufferPointer<Int64> {
    let data = duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, UInt64(index)))
    return UnsafeBufferPointer(start: data?.assumingMemoryBound(to: Int64.self), count: rowCount)
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
