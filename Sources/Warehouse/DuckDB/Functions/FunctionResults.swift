import CDuckDB

/// The results of a chunk of rows, to be filled. Valid during the call that they belong to.
struct FunctionResults {
  private let vector: duckdb_vector
  private let rowCount: Int

  init(_ vector: duckdb_vector, rowCount: Int) {
    self.vector = vector
    self.rowCount = rowCount
  }

  /// Fills results of a type with a fixed size, such as `integer` or `uuid`, row after row; nil is NULL.
  func fill<Value: BitwiseCopyable>(with value: (Int) throws -> Value?) rethrows {
    guard let values = duckdb_vector_get_data(vector)?.assumingMemoryBound(to: Value.self) else { return }
    for row in 0..<rowCount {
      if let value = try value(row) { values[row] = value } else { setNull(row) }
    }
  }

  /// Fills results of type `text`; nil is NULL.
  func fillTexts(with text: (Int) throws -> String?) rethrows {
    for row in 0..<rowCount {
      if let text = try text(row) { Self.set(text, in: vector, row) } else { setNull(row) }
    }
  }

  /// Fills results of type `texts`; nil is NULL.
  func fillLists(with texts: (Int) throws -> [String]?) rethrows {
    guard let entries = duckdb_vector_get_data(vector)?.assumingMemoryBound(to: duckdb_list_entry.self) else { return }
    for row in 0..<rowCount {
      if let entry = try texts(row).flatMap(append) {
        entries[row] = entry
      } else {
        // A list that is NULL still has an offset and a length.
        entries[row] = duckdb_list_entry(offset: 0, length: 0)
        setNull(row)
      }
    }
  }

  /// Puts the elements of a list behind those of earlier rows; nil where there is no memory for them.
  private func append(_ texts: [String]) -> duckdb_list_entry? {
    let start = duckdb_list_vector_get_size(vector)
    let end = start + UInt64(texts.count)
    guard duckdb_list_vector_reserve(vector, end) == 0, duckdb_list_vector_set_size(vector, end) == 0,
      let elements = duckdb_list_vector_get_child(vector)
    else { return nil }
    for (index, text) in texts.enumerated() { Self.set(text, in: elements, Int(start) + index) }
    return duckdb_list_entry(offset: start, length: UInt64(texts.count))
  }

  private func setNull(_ row: Int) {
    duckdb_vector_ensure_validity_writable(vector)
    duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), UInt64(row))
  }

  private static func set(_ text: String, in vector: duckdb_vector, _ row: Int) {
    var text = text
    text.withUTF8 { bytes in
      let pointer = bytes.baseAddress.map { UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self) }
      duckdb_vector_assign_string_element_len(vector, UInt64(row), pointer, UInt64(bytes.count))
    }
  }
}
