import Base
import Crypto
public import struct Foundation.Data

/// The length and the SHA-256 of an object: what tells it from every other one.
public struct ObjectDigest: Codable, Hashable, Sendable {
  /// The length in bytes.
  public var byteCount: Int
  /// The SHA-256 in lower-case hexadecimal.
  public var sha256: String

  /// A digest of these values.
  public init(byteCount: Int, sha256: String) {
    (self.byteCount, self.sha256) = (byteCount, sha256)
  }

  /// The digest of some bytes.
  public init(of data: Data) {
    self.init(byteCount: data.count, sha256: Hexadecimal.text(of: SHA256.hash(data: data)))
  }
}

/// The digest of an object that is not yet read, as far as it is known: all of it or, for one that an earlier release
/// wrote, the length or nothing.
public struct ExpectedObject: Hashable, Sendable {
  /// The length in bytes; nil if unknown.
  public var byteCount: Int?
  /// The SHA-256 in lower-case hexadecimal; nil if unknown.
  public var sha256: String?

  /// The object of a length and a checksum, as far as they are known.
  public init(byteCount: Int?, sha256: String?) {
    (self.byteCount, self.sha256) = (byteCount, sha256)
  }

  /// An object of that digest.
  public init(_ digest: ObjectDigest) {
    self.init(byteCount: digest.byteCount, sha256: digest.sha256)
  }

  /// The difference of an object of that digest from the one that is expected; nil where it is that one, as far as that
  /// is known.
  package func fault(of digest: ObjectDigest) -> ObjectDamage.Fault? {
    if let byteCount, byteCount != digest.byteCount { return .length }
    if let sha256, sha256 != digest.sha256 { return .content }
    return nil
  }
}

/// A digest that grows with the bytes that it is told.
package struct RunningDigest {
  private var hash = SHA256()
  private var byteCount = 0

  package init() {}

  /// Adds bytes to the end.
  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    hash.update(bufferPointer: bytes)
    byteCount += bytes.count
  }

  /// Adds bytes to the end.
  package mutating func add(_ data: Data) {
    hash.update(data: data)
    byteCount += data.count
  }

  /// The digest of all bytes so far.
  package var digest: ObjectDigest {
    ObjectDigest(byteCount: byteCount, sha256: Hexadecimal.text(of: hash.finalize()))
  }
}
