import Base
import CleanRoom

/// The members of a JSON object inside a request, read with checks of their types. Errors name the path of the field.
struct JSONFields {
  private let members: [String: JSONValue]
  private let path: String

  /// - Parameters:
  ///   - names: The names of all possible members; another one is an error.
  ///   - path: The path of the object in errors, such as `inputParameters[0]`.
  init(_ value: JSONValue, at path: String, names: Set<String>) throws(CleanRoomError) {
    guard case .object(let members) = value else {
      throw .invalidField(name: path, reason: "must be an object, not \(value.typeName).")
    }
    if let unknown = members.keys.filter({ !names.contains($0) }).min() {
      let shown = IdentifierShape.accepts(unknown) ? "\(path).\(unknown)" : "\(path) has a member that"
      throw .invalidField(name: shown, reason: "is not known.")
    }
    self.members = members
    self.path = path
  }

  /// The elements of an array inside a request, at most `countLimit`; nil for nil.
  static func elements(
    of value: JSONValue?, at path: String, countLimit: Int
  ) throws(CleanRoomError) -> [JSONValue]? {
    guard let value, value != .null else { return nil }
    guard case .array(let elements) = value else {
      throw .invalidField(name: path, reason: "must be an array, not \(value.typeName).")
    }
    guard elements.count <= countLimit else {
      throw .invalidField(name: path, reason: "may have at most \(countLimit) elements.")
    }
    return elements
  }

  /// The value of a member; nil if it is missing or null.
  func value(_ name: String) -> JSONValue? {
    members[name].flatMap { $0 == .null ? nil : $0 }
  }

  func string(_ name: String) throws(CleanRoomError) -> String? {
    guard let value = value(name) else { return nil }
    guard case .string(let text) = value else { throw invalid(name, "must be a string, not \(value.typeName).") }
    return text
  }

  func requiredString(_ name: String) throws(CleanRoomError) -> String {
    guard let text = try string(name), !text.isEmpty else { throw invalid(name, "is missing.") }
    return text
  }

  func integer(_ name: String, in range: ClosedRange<Int64>) throws(CleanRoomError) -> Int? {
    guard let value = value(name) else { return nil }
    guard case .integer(let number) = value, range.contains(number) else {
      throw invalid(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound).")
    }
    return Int(number)
  }

  /// One of an enumeration's texts.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _ type: Choice.Type
  ) throws(CleanRoomError) -> Choice? where Choice.RawValue == String {
    guard let text = try string(name) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      throw invalid(name, "must be one of \(Choice.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return choice
  }

  func invalid(_ name: String, _ reason: String) -> CleanRoomError {
    .invalidField(name: "\(path).\(name)", reason: reason)
  }
}
