import CleanRoom
import Foundation

/// Reads the fields of a JSON object, one by one, and names the one that is not as it should be.
///
/// A field that is null counts as one that is not there. `finish()` names what nobody has asked for.
struct FieldReader {
  private let members: [String: JSONValue]
  private let path: String
  private var knownNames: Set<String> = []

  /// The longest name of a field that is repeated in an error.
  static let shownNameLengthLimit = 64

  init(_ members: [String: JSONValue], path: String = "") {
    self.members = members
    self.path = path
  }

  /// The value of a field, or nil when it is not there.
  mutating func value(_ name: String) -> JSONValue? {
    knownNames.insert(name)
    guard let value = members[name], value != .null else { return nil }
    return value
  }

  mutating func string(_ name: String) throws(RequestError) -> String? {
    guard let value = value(name) else { return nil }
    guard case .string(let text) = value else { throw .wrongType(path + name, expected: "a string") }
    return text
  }

  mutating func requiredString(_ name: String) throws(RequestError) -> String {
    guard let text = try string(name) else { throw .missingField(path + name) }
    return text
  }

  /// A text; one that is empty counts as one that is not there.
  mutating func filledString(_ name: String) throws(RequestError) -> String? {
    try string(name).flatMap { $0.isEmpty ? nil : $0 }
  }

  mutating func integer(_ name: String) throws(RequestError) -> Int? {
    guard let value = value(name) else { return nil }
    guard case .integer(let number) = value else { throw .wrongType(path + name, expected: "an integer") }
    return Int(number)
  }

  mutating func boolean(_ name: String) throws(RequestError) -> Bool? {
    guard let value = value(name) else { return nil }
    guard case .boolean(let flag) = value else { throw .wrongType(path + name, expected: "a boolean") }
    return flag
  }

  /// A boolean, also as the text that AMC's published example has: `"TRUE"`.
  mutating func booleanOrText(_ name: String) throws(RequestError) -> Bool? {
    guard let value = value(name) else { return nil }
    switch value {
    case .boolean(let flag): return flag
    case .string(let text) where ["true", "false"].contains(text.lowercased()): return text.lowercased() == "true"
    case .null, .integer, .decimal, .string, .array, .object:
      throw .wrongType(path + name, expected: "a boolean")
    }
  }

  /// A time in UTC.
  mutating func time(_ name: String) throws(RequestError) -> Date? {
    guard let text = try string(name) else { return nil }
    guard let date = Timestamp.date(utc: text) else {
      throw .wrongType(path + name, expected: "a time such as 2025-05-25T00:00:00Z")
    }
    return date
  }

  /// A time in UTC.
  mutating func requiredTime(_ name: String) throws(RequestError) -> Date {
    guard let date = try time(name) else { throw .missingField(path + name) }
    return date
  }

  /// A text that is one of an enum's.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _ type: Choice.Type
  ) throws(RequestError) -> Choice? where Choice.RawValue == String {
    guard let text = try string(name) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      throw .wrongType(path + name, expected: "one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return choice
  }

  mutating func requiredChoice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _ type: Choice.Type
  ) throws(RequestError) -> Choice where Choice.RawValue == String {
    guard let choice = try choice(name, type) else { throw .missingField(path + name) }
    return choice
  }

  mutating func object(_ name: String) throws(RequestError) -> [String: JSONValue]? {
    guard let value = value(name) else { return nil }
    guard case .object(let members) = value else { throw .wrongType(path + name, expected: "an object") }
    return members
  }

  mutating func requiredObject(_ name: String) throws(RequestError) -> [String: JSONValue] {
    guard let members = try object(name) else { throw .missingField(path + name) }
    return members
  }

  mutating func array(_ name: String) throws(RequestError) -> [JSONValue]? {
    guard let value = value(name) else { return nil }
    guard case .array(let elements) = value else { throw .wrongType(path + name, expected: "an array") }
    return elements
  }

  mutating func strings(_ name: String) throws(RequestError) -> [String]? {
    guard let elements = try array(name) else { return nil }
    var texts: [String] = []
    for element in elements {
      guard case .string(let text) = element else { throw .wrongType(path + name, expected: "an array of strings") }
      texts.append(text)
    }
    return texts
  }

  /// Throws when the object has a field that was not asked for; names the first by alphabet.
  func finish() throws(RequestError) {
    guard let name = members.keys.filter({ !knownNames.contains($0) }).min() else { return }
    let isPlain = IdentifierShape.accepts(name)
    throw .unknownField(isPlain ? path + name : "with a name other than letters, digits, - and _")
  }
}
