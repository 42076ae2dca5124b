import CDigest
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

  static let functions = [
    ScalarFunction(link, [.text, .text], .uuid) { arguments, results in
      fill(results, from: arguments) { upper, lower in
        ScalarFunction.UUIDValue(lower: lower, upper: Int64(bitPattern: upper ^ (1 << 63)))
      }
    },
    ScalarFunction(number, [.text, .text], .integer) { arguments, results in
      fill(results, from: arguments) { _, lower in Int64(bitPattern: lower.byteSwapped ^ (1 << 63)) }
    },
  ]

  /// Fills in what `value` makes of the two halves of each row's digest.
  private static func fill<Value: BitwiseCopyable>(
    _ results: FunctionResults, from arguments: FunctionArguments, _ value: (UInt64, UInt64) -> Value
  ) {
    guard arguments.rowCount > 0, let prefix = arguments.texts(0).bytes(0) else { return }
    var begun = BegunDigest(prefix)
    let texts = arguments.texts(1)
    results.fill { row in
      texts.bytes(row).map { bytes in
        let (upper, lower) = begun.end(bytes)
        return value(upper, lower)
      }
    }
  }
}

/// A digest of the prefix, which all rows share, as it is a literal.
private struct BegunDigest {
  private var prefix = adyton_md5_prefix()
  private var digest: (UInt64, UInt64) = (0, 0)

  init(_ text: UnsafeRawBufferPointer) {
    adyton_md5_begin(&prefix, text.baseAddress?.assumingMemoryBound(to: UInt8.self), text.count)
  }

  /// The halves of the digest of prefix and text, as numbers whose digits are the digest's.
  mutating func end(_ text: UnsafeRawBufferPointer) -> (UInt64, UInt64) {
    let bytes = text.baseAddress?.assumingMemoryBound(to: UInt8.self)
    withUnsafeMutableBytes(of: &digest) { target in
      adyton_md5_end(&prefix, bytes, text.count, target.baseAddress?.assumingMemoryBound(to: UInt8.self))
    }
    return (UInt64(bigEndian: digest.0), UInt64(bigEndian: digest.1))
  }
}
