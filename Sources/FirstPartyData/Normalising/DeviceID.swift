import Base

/// Advertising identifiers of mobile devices.
public enum DeviceID {
  private static let length = 36
  private static let hyphens: Set<Int> = [8, 13, 18, 23]

  /// UUIDs of either letter case, as a regular expression.
  public static let pattern = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"

  /// Whether the text is a UUID, of either letter case, that stands for a device. A UUID whose digits are all the same
  /// is what devices have whose owner allows no advertising identifier.
  public static func accepts(_ text: String) -> Bool {
    guard text.utf8.count == length else { return false }
    var digits: Set<UInt8> = []
    for (index, byte) in text.utf8.enumerated() {
      if hyphens.contains(index) {
        guard byte == UInt8(ascii: "-") else { return false }
      } else {
        guard let digit = Hexadecimal.lowercased(byte) else { return false }
        digits.insert(digit)
      }
    }
    return digits.count > 1
  }
}
