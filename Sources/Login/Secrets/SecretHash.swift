import Crypto

import struct Foundation.Data

/// How the store knows secrets of 256 random bits: nobody can guess what such a hash comes from, so a plain one does.
enum SecretHash {
  static func of(_ secret: String) -> Data {
    Data(SHA256.hash(data: Data(secret.utf8)))
  }

  /// Compares without stopping at the first difference.
  static func areEqual(_ left: Data, _ right: Data) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
