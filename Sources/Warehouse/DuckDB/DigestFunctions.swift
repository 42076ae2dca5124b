import CDigest
import CDuckDB
import Dialects

/// Keyed digests, which every record passes once or twice.
///
/// They give what `md5(prefix || text)` gives, several times faster: the engine makes one text of both before it begins,
/// and computes the prefix's part again for each row.
enum DigestFunctions {
  private static let link = "adyton_digest"
  private static let number = "adyton_digest_number"

  /// An expression for the MD5 of two texts in a row, as a UUID. NULL where `text` is.
  static func digest(of text: String, after prefix: String) -> String {
    "\(link)(\(SQLText.string(prefix)), \(text))"
  }

  /// An expression for the last eight bytes of that MD5, the first one lowest, less 2^63, as a BIGINT: what the engine
  /// calls the lower number of an MD5, made signed. NULL where `text` is.
  static func number(of text: String, after prefix: String) -> String {
    "\(number)(\(SQLText.string(prefix)), \(text))"
  }

  /// Makes them known to a database.
  static func register(on connection: duckdb_connection) throws(EngineError) {
    let texts = [DUCKDB_TYPE_VARCHAR, DUCKDB_TYPE_VARCHAR]
    try ScalarFunction.register(link, texts, DUCKDB_TYPE_UUID, on: connection) { _, chunk, output in
      DigestFunctions.fill(output, from: chunk) { (data: UnsafeMutablePointer<UUIDValue>, row, upper, lower) in
        // The engine keeps UUIDs as signed numbers, in their order.
        data[row] = UUIDValue(lower: lower, upper: Int64(bitPattern: upper ^ (1 << 63)))
      }
    }
    try ScalarFunction.register(number, texts, DUCKDB_TYPE_BIGINT, on: connection) { _, chunk, output in
      DigestFunctions.fill(output, from: chunk) { (data: UnsafeMutablePointer<Int64>, row, _, lower) in
        data[row] = Int64(bitPattern: lower.byteSwapped ^ (1 << 63))
      }
    }
  }

  /// How the engine has a UUID in memory.
  private struct UUIDValue {
    var lower: UInt64
    var upper: Int64
  }

  /// Calls `set` with the two halves of each row's digest.
  private static func fill<Value>(
    _ output: duckdb_vector?, from chunk: duckdb_data_chunk?,
    _ set: (UnsafeMutablePointer<Value>, Int, UInt64, UInt64) -> Void
  ) {
    guard let chunk, let output, let results = duckdb_vector_get_data(output),
      let prefixes = duckdb_data_chunk_get_vector(chunk, 0), let texts = duckdb_data_chunk_get_vector(chunk, 1),
      let prefix = duckdb_vector_get_data(prefixes), let text = duckdb_vector_get_data(texts)
    else { return }
    let data = results.assumingMemoryBound(to: Value.self)
    var begun = BegunDigest(prefix.assumingMemoryBound(to: duckdb_string_t.self))
    let strings = text.assumingMemoryBound(to: duckdb_string_t.self)
    let validity = duckdb_vector_get_validity(texts)
    for row in 0..<Int(duckdb_data_chunk_get_size(chunk)) {
      if let validity, !duckdb_validity_row_is_valid(validity, UInt64(row)) {
        duckdb_vector_ensure_validity_writable(output)
        duckdb_validity_set_row_invalid(duckdb_vector_get_validity(output), UInt64(row))
        continue
      }
      let (upper, lower) = begun.end(strings + row)
      set(data, row, upper, lower)
    }
  }
}

/// A digest of the prefix, which all rows share, as it is a literal.
private struct BegunDigest {
  private var prefix = adyton_md5_prefix()
  private var digest: (UInt64, UInt64) = (0, 0)

  init(_ text: UnsafeMutablePointer<duckdb_string_t>) {
    let bytes = UnsafeRawPointer(duckdb_string_t_data(text))?.assumingMemoryBound(to: UInt8.self)
    adyton_md5_begin(&prefix, bytes, Int(text.pointee.length))
  }

  /// The halves of the digest of prefix and text, as numbers whose digits are the digest's.
  mutating func end(_ text: UnsafeMutablePointer<duckdb_string_t>) -> (UInt64, UInt64) {
    let bytes = UnsafeRawPointer(duckdb_string_t_data(text))?.assumingMemoryBound(to: UInt8.self)
    let count = Int(text.pointee.length)
    withUnsafeMutableBytes(of: &digest) { target in
      adyton_md5_end(&prefix, bytes, count, target.baseAddress?.assumingMemoryBound(to: UInt8.self))
    }
    return (UInt64(bigEndian: digest.0), UInt64(bigEndian: digest.1))
  }
}
