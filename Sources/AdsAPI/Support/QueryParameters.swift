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

  /// The values of a parameter with commas between them, as published (`seller,vendor`), with or without spaces; nil if
  /// it is missing.
  ///
  /// - Throws: `invalidQueryParameter` for an empty list, or for a value that is none of the enumeration's texts.
  func choices<Choice: RawRepresentable & CaseIterable & Hashable>(
    _ name: String, _ type: Choice.Type
  ) throws(RequestError) -> Set<Choice>? where Choice.RawValue == String {
    guard let parts = try list(name) else { return nil }
    let choices = parts.compactMap(Choice.init(rawValue:))
    guard choices.count == parts.count, !choices.isEmpty else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalidQueryParameter(name, reason: "must be of \(known), with commas between them.")
    }
    return Set(choices)
  }

  /// The numeric ids of a parameter with commas between them; nil if it is missing.
  ///
  /// - Throws: `invalidQueryParameter` for anything else, and for more ids than `countLimit`.
  func numbers(_ name: String, countLimit: Int) throws(RequestError) -> Set<Int64>? {
    guard let parts = try list(name) else { return nil }
    let numbers = parts.compactMap { Int64($0) }
    guard numbers.count == parts.count, numbers.count <= countLimit else {
      throw .invalidQueryParameter(name, reason: "must be numbers with commas between them.")
    }
    return Set(numbers)
  }

  private func list(_ name: String) throws(RequestError) -> [String]? {
    try string(name)?.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
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
