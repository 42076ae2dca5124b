import HummingbirdCore

/// The parameters after a path's question mark. Those that an operation does not have are passed over.
struct QueryParameters: Sendable {
  private let parameters: FlatDictionary<Substring, Substring>

  init(_ uri: URI) {
    // Clients write queries as forms, where a plus stands for a space.
    parameters = URI("/?" + (uri.query ?? "").replacing("+", with: "%20")).queryParameters
  }

  /// All parameters in their order.
  var pairs: [(name: String, value: String)] { parameters.map { (String($0.key), String($0.value)) } }

  /// The value of a parameter that may be there once.
  func string(_ name: String) throws(RequestError) -> String? {
    let values = parameters[values: name[...]]
    guard values.count <= 1 else { throw .invalidQueryParameter(name, reason: "is there more than once.") }
    return values.first.map(String.init)
  }

  /// The value of a parameter; one that is empty counts as one that is not there.
  func filledString(_ name: String) throws(RequestError) -> String? {
    try string(name).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A whole number within a range, or the default.
  func integer(_ name: String, in range: ClosedRange<Int>, default defaultValue: Int) throws(RequestError) -> Int {
    guard let text = try string(name) else { return defaultValue }
    guard let number = Int(text), range.contains(number) else {
      throw .invalidQueryParameter(name, reason: "must be from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }

  /// `true` or `false` in any letter case, or the default.
  func boolean(_ name: String, default defaultValue: Bool) throws(RequestError) -> Bool {
    guard let text = try string(name) else { return defaultValue }
    switch text.lowercased() {
    case "true": return true
    case "false": return false
    default: throw .invalidQueryParameter(name, reason: "must be true or false.")
    }
  }

  /// A parameter that is one of an enum's texts.
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
