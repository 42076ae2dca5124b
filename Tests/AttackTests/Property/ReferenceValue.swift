/// A value as the reference computes it.
enum ReferenceValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  case double(Double)
  case text(String)
  case list([ReferenceValue])

  var isNull: Bool { self == .null }

  /// The number, if the value is one.
  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .double(let value): value
    case .boolean(let value): value ? 1 : 0
    case .null, .text, .list: nil
    }
  }

  /// True, false, or neither.
  var truth: Bool? { if case .boolean(let value) = self { value } else { nil } }

  /// A number that may be whole, compared as such.
  static func same(_ left: Self, _ right: Self) -> Bool {
    if let a = left.number, let b = right.number { return a == b }
    return left == right
  }

  /// Whether `left` comes before `right`, both not NULL; NULL is larger than any value.
  static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.isNull { return false }
    if right.isNull { return true }
    if let a = left.number, let b = right.number { return a < b }
    if case .text(let a) = left, case .text(let b) = right {
      return Array(a.utf8).lexicographicallyPrecedes(Array(b.utf8))
    }
    return false
  }

  /// The form in which results of the engine and of the reference are compared: doubles by nine digits.
  var description: String {
    switch self {
    case .null: "NULL"
    case .boolean(let value): String(value)
    case .integer(let value): String(value)
    case .double(let value):
      value == value.rounded() && abs(value) < 1e15
        ? String(Int(value)) : Self.rounded(value)
    case .text(let value): "'\(value)'"
    case .list(let values): "[\(values.map(\.description).joined(separator: ","))]"
    }
  }

  /// All digits, as an adversary would see them.
  var text: String {
    switch self {
    case .null: "NULL"
    case .boolean(let value): String(value)
    case .integer(let value): String(value)
    case .double(let value): value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    case .text(let value): value
    case .list(let values): values.map(\.text).joined(separator: " ")
    }
  }

  private static func rounded(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return String(value) }
    var scaled = abs(value)
    var exponent = 0
    while scaled >= 10 { (scaled, exponent) = (scaled / 10, exponent + 1) }
    while scaled < 1 { (scaled, exponent) = (scaled * 10, exponent - 1) }
    return "\(value < 0 ? "-" : "")\((scaled * 1e8).rounded())e\(exponent)"
  }
}
