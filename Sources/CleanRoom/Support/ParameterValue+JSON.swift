package import Catalog

import struct Foundation.Decimal

extension ParameterValue {
  /// The value that a JSON value stands for, or nil where it stands for none: objects are not parameters.
  package init?(_ json: JSONValue) {
    switch json {
    case .null: self = .null
    case .boolean(let value): self = .boolean(value)
    case .integer(let value): self = .integer(value)
    case .decimal(let value): self = .decimal("\(value)")
    case .string(let value): self = .string(value)
    case .array(let elements):
      let values = elements.compactMap(ParameterValue.init)
      guard values.count == elements.count else { return nil }
      self = .array(values)
    case .object: return nil
    }
  }
}

/// The values of a query's custom parameters: what a request gives, and the defaults of what it declares.
package enum ParameterValues {
  /// How many parameters a request may give or declare.
  package static let countLimit = 100

  /// Reads `parameterValues` and `inputParameters`; throws `CleanRoomError.invalidField` with the name of the field.
  package static func parse(
    values: JSONValue, definitions: JSONValue?
  ) throws(CleanRoomError) -> [String: ParameterValue] {
    var parameters: [String: ParameterValue] = [:]
    for (name, value) in try defaults(of: definitions) { parameters[name] = value }
    guard case .object(let members) = values else {
      throw .invalidField(name: "parameterValues", reason: "must be an object, not \(values.typeName).")
    }
    guard members.count <= countLimit else {
      throw .invalidField(name: "parameterValues", reason: "may have at most \(countLimit) members.")
    }
    for (name, json) in members.sorted(by: { $0.key < $1.key }) {
      guard let value = ParameterValue(json) else {
        throw .invalidField(
          name: "parameterValues", reason: "may have strings, numbers, booleans and arrays of these as values.")
      }
      parameters[name] = value
    }
    return parameters
  }

  private static func defaults(of definitions: JSONValue?) throws(CleanRoomError) -> [(String, ParameterValue)] {
    guard let definitions else { return [] }
    guard case .array(let elements) = definitions else {
      throw .invalidField(name: "inputParameters", reason: "must be an array, not \(definitions.typeName).")
    }
    guard elements.count <= countLimit else {
      throw .invalidField(name: "inputParameters", reason: "may have at most \(countLimit) elements.")
    }
    var defaults: [(String, ParameterValue)] = []
    for element in elements {
      guard case .object(let members) = element, case .string(let name)? = members["name"], !name.isEmpty else {
        throw .invalidField(name: "inputParameters", reason: "must have objects with a name as elements.")
      }
      switch members["defaultValue"] {
      case nil, .null: break
      case .string(let text): defaults.append((name, typed(text, as: members["dataType"])))
      case .boolean, .integer, .decimal, .array, .object:
        throw .invalidField(name: "inputParameters", reason: "must have strings as defaultValue.")
      }
    }
    return defaults
  }

  /// A default comes as text; its declared type says what it means.
  private static func typed(_ text: String, as type: JSONValue?) -> ParameterValue {
    guard case .string(let name)? = type else { return .string(text) }
    switch name.uppercased() {
    case "BYTE", "SHORT", "INTEGER", "LONG", "TINYINT", "SMALLINT", "BIGINT":
      return Int64(text).map(ParameterValue.integer) ?? .string(text)
    case "DECIMAL", "DOUBLE", "FLOAT":
      return Double(text) == nil ? .string(text) : .decimal(text)
    case "BOOLEAN":
      return ["true", "false"].contains(text.lowercased()) ? .boolean(text.lowercased() == "true") : .string(text)
    default: return .string(text)
    }
  }
}

extension JSONValue {
  /// The JSON value that stands for a parameter's value.
  init(_ parameter: ParameterValue) {
    switch parameter {
    case .null: self = .null
    case .boolean(let value): self = .boolean(value)
    case .integer(let value): self = .integer(value)
    case .decimal(let text): self = Decimal(string: text).map(JSONValue.decimal) ?? .string(text)
    case .string(let text): self = .string(text)
    case .array(let values): self = .array(values.map { JSONValue($0) })
    }
  }
}
