import Crypto

import struct Foundation.Data

/// Hashes of secrets of 256 random bits, as the store keeps them. Nobody can guess such a secret, so a plain hash is
/// enough.
enum SecretHash {
  static func of(_ secret: String) -> Data {
    Data(SHA256.hash(data: Data(secret.utf8)))
  }

  /// Whether the two are equal, compared without stopping at the first difference.
  static func areEqual(_ left: Data, _ right: Data) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
