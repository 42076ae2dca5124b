import Backup
import Foundation

extension WorkProgress {
  private static let width = 24

  /// The step with a bar, as in `[######            ]  25 % copying objects`.
  var bar: String {
    let filled = Int((fraction * Double(Self.width)).rounded(.down))
    let percent = String(Int((fraction * 100).rounded(.down)))
    let padding = String(repeating: " ", count: max(0, 3 - percent.count))
    return "[\(String(repeating: "#", count: filled))\(String(repeating: " ", count: Self.width - filled))] "
      + "\(padding)\(percent) % \(step)"
  }
}

/// Numbers of bytes in words.
enum ByteText {
  private static let units = ["B", "KB", "MB", "GB", "TB"]

  /// As in `12.3 MB`.
  static func text(of byteCount: Int) -> String {
    var (value, unit) = (Double(byteCount), 0)
    while value >= 1_000, unit < units.count - 1 { (value, unit) = (value / 1_000, unit + 1) }
    let number = value.formatted(.number.precision(.fractionLength(unit == 0 ? 0 : 1)))
    return "\(number) \(units[unit])"
  }
}
