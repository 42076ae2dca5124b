import Foundation
import Hummingbird

/// The parameters after a path's question mark. Those that an operation does not have are passed over.
struct QueryParameters {
  private let pairs: [(name: String, value: String)]

  init(_ request: Request) {
    pairs = FormFields.parse(request.uri.query ?? "")
  }

  /// The value of a parameter that may be there once.
  func string(_ name: String) throws(RequestError) -> String? {
    let values = pairs.filter { $0.name == name }.map(\.value)
    guard values.count <= 1 else { throw .invalidQueryParameter(name, reason: "is there more than once.") }
    return values.first
  }

  /// A whole number within a range, or the default.
  func integer(_ name: String, in range: ClosedRange<Int>, default defaultValue: Int) throws(RequestError) -> Int {
    guard let text = try string(name) else { return defaultValue }
    guard let number = Int(text), range.contains(number) else {
      throw .invalidQueryParameter(name, reason: "must be from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }

  func boolean(_ name: String, default defaultValue: Bool) throws(RequestError) -> Bool {
    guard let text = try string(name) else { return defaultValue }
    switch text.lowercased() {
    case "true": return true
    case "false": return false
    default: throw .invalidQueryParameter(name, reason: "must be true or false.")
    }
  }
}

/// `application/x-www-form-urlencoded` text.
enum FormFields {
  /// The pairs in their order. What is not well encoded is taken as it stands.
  static func parse(_ text: String) -> [(name: String, value: String)] {
    text.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (decode(parts[0]), parts.count == 2 ? decode(parts[1]) : "")
    }
  }

  private static func decode(_ text: Substring) -> String {
    let spaced = text.replacing("+", with: " ")
    return spaced.removingPercentEncoding ?? String(spaced)
  }
}
