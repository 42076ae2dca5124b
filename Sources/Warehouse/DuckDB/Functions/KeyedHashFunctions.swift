/// Keyed hashes, which every record passes once or twice: SipHash-2-4, which gives nothing away without its key and
/// costs little for short texts.
///
/// They are known to the project's own statements alone.
enum KeyedHashFunctions {
  private static let long = "adyton_keyed_hash"
  private static let short = "adyton_keyed_hash_number"

  /// An expression for the 128-bit hash of a VARCHAR expression, as a UUID. NULL stays NULL.
  static func uuid(of text: String, key: HashKey) -> String {
    "\(long)('\(key.hexadecimal)', \(text))"
  }

  /// An expression for the 64-bit hash of a VARCHAR expression, as a BIGINT. NULL stays NULL.
  static func number(of text: String, key: HashKey) -> String {
    "\(short)('\(key.hexadecimal)', \(text))"
  }

  static let functions = [
    ScalarFunction(long, [.text, .text], .uuid) { arguments, results in
      guard let key = try key(of: arguments) else { return }
      let texts = arguments.texts(1)
      results.fill { row in
        texts.bytes(row).map { text in
          let hash = key.hash128(text)
          // The engine keeps UUIDs as signed numbers, in their order.
          return ScalarFunction.UUIDValue(lower: hash.lower, upper: Int64(bitPattern: hash.upper ^ (1 << 63)))
        }
      }
    },
    ScalarFunction(short, [.text, .text], .integer) { arguments, results in
      guard let key = try key(of: arguments) else { return }
      let texts = arguments.texts(1)
      results.fill { row in
        texts.bytes(row).map { Int64(bitPattern: key.hash64($0)) }
      }
    },
  ]

  /// The first argument is no key.
  private struct NoKey: Error {}

  /// The key, which all rows of a chunk share, as it is a literal; nil where there are no rows.
  private static func key(of arguments: FunctionArguments) throws(NoKey) -> HashKey? {
    guard arguments.rowCount > 0 else { return nil }
    guard let key = arguments.texts(0)[0].flatMap(HashKey.init(hexadecimal:)) else { throw NoKey() }
    return key
  }
}
