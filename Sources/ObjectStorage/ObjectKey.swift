/// The name of an object: parts joined by `/`, as in `instances/demo/signals/conversions/manifest.json`.
///
/// A key that exists has been checked, so that none can leave its bucket: no empty part, no part that starts with a
/// dot (which covers `.` and `..`), no control characters, no backslash, and none of `*?[]{}`, which an engine would
/// read as a pattern.
public struct ObjectKey: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The longest key, in UTF-8 bytes, as S3 has it.
  public static let byteLimit = 1024
  /// The longest part between two slashes, in UTF-8 bytes, as common file systems have it.
  public static let partByteLimit = 255

  /// The whole key.
  public let value: String

  /// Checks a key; throws `storage_invalid_key`.
  public init(_ value: String) throws(StorageError) {
    guard Self.isValid(value) else { throw StorageError(.invalidKey) }
    self.value = value
  }

  /// The key that lies below this one; throws `storage_invalid_key`.
  public func appending(_ part: String) throws(StorageError) -> ObjectKey {
    try ObjectKey("\(value)/\(part)")
  }

  /// The key that this one lies below; nil for a key of one part.
  package var parent: ObjectKey? {
    value.lastIndex(of: "/").flatMap { try? ObjectKey(String(value[..<$0])) }
  }

  /// The part after the last slash.
  public var lastPart: String {
    value.split(separator: "/").last.map(String.init) ?? value
  }

  /// The whole key.
  public var description: String { value }

  /// Order by bytes, which is also the order in which storages list.
  public static func < (left: ObjectKey, right: ObjectKey) -> Bool {
    left.value.utf8.lexicographicallyPrecedes(right.value.utf8)
  }

  static func isValid(_ value: String) -> Bool {
    guard !value.isEmpty, value.utf8.count <= byteLimit else { return false }
    return value.split(separator: "/", omittingEmptySubsequences: false).allSatisfy(isValidPart)
  }

  private static func isValidPart(_ part: Substring) -> Bool {
    guard let first = part.utf8.first, first != UInt8(ascii: "."), part.utf8.count <= partByteLimit else {
      return false
    }
    return part.utf8.allSatisfy { byte in byte >= 0x20 && byte != 0x7F && !patternBytes.contains(byte) }
  }

  private static let patternBytes = Set(#"\*?[]{}"#.utf8)
}
