import Base

/// The secret key of all randomness for one question about one state of the data.
///
/// Everybody who knows it can remove the noise, so it's never printed or logged.
public struct NoiseSeed: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
  public static let byteCount = 32

  let bytes: [UInt8]

  /// nil unless there are 32 bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = bytes
  }

  /// nil unless the text is 64 hexadecimal digits.
  public init?(hexadecimal: String) {
    guard let bytes = Hexadecimal.bytes(of: hexadecimal) else { return nil }
    self.init(bytes: bytes)
  }

  /// The seed as 64 hexadecimal digits, for the engine's statements alone.
  public var hexadecimal: String { Hexadecimal.text(of: bytes) }

  public var description: String { "NoiseSeed(hidden)" }
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
