import Base
import HummingbirdCore

/// The query parameters of a request. Unknown ones are ignored. One without a value counts as missing where reading is
/// lenient.
struct QueryParameters: Sendable {
  private let parameters: FlatDictionary<Substring, Substring>

  init(_ uri: URI) {
    // Clients write queries as forms, where a plus stands for a space.
    parameters = URI("/?" + (uri.query ?? "").replacing("+", with: "%20")).queryParameters
  }

  /// All parameters in their order.
  var pairs: [(name: String, value: String)] { parameters.map { (String($0.key), String($0.value)) } }

  /// The names of all parameters in their order.
  var names: [String] { parameters.map { String($0.key) } }

  /// The value of a parameter that occurs at most once.
  func string(_ name: String) throws(RequestError) -> String? {
    let reading = RequestReading.current
    reading.expect(parameter: name)
    let values = parameters[values: name[...]]
    guard values.count <= 1 else { throw .invalidQueryParameter(name, reason: "is there more than once.") }
    return values.first.map(String.init).flatMap { reading.isLenient && $0.isEmpty ? nil : $0 }
  }

  /// The value of a parameter; an empty one counts as missing.
  func filledString(_ name: String) throws(RequestError) -> String? {
    try string(name).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A whole number within a range; the default if it is missing.
  func integer(_ name: String, in range: ClosedRange<Int>, default defaultValue: Int) throws(RequestError) -> Int {
    guard let text = try string(name) else { return defaultValue }
    guard let number = Int(text), range.contains(number) else {
      throw .invalidQueryParameter(name, reason: "must be from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }

  /// `true` or `false` in any letter case; the default if it is missing.
  func boolean(_ name: String, default defaultValue: Bool) throws(RequestError) -> Bool {
    guard let text = try string(name) else { return defaultValue }
    guard let flag = RequestReading.boolean(text) else {
      throw .invalidQueryParameter(name, reason: "must be true or false.")
    }
    return flag
  }

  /// A parameter with one of an enumeration's texts.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _ type: Choice.Type
  ) throws(RequestError) -> Choice? where Choice.RawValue == String {
    guard let text = try string(name) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalidQueryParameter(name, reason: "must be one of \(known).")
    }
    return choice
  }
}
