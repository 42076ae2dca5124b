package import Base
package import Catalog
package import CleanRoom

import struct Foundation.Data

/// The parameters of a query to be checked or run: values, and types if they are declared.
package struct ParameterSet: Sendable, Hashable {
  package var values: [String: ParameterValue]
  /// The declared types; nil if nothing is declared, so any parameter may have any value.
  package var types: [String: SQLType]?

  /// Combines given values with declared defaults, each as a value of its type.
  ///
  /// - Parameters:
  ///   - values: `parameterValues` of a request: values of the declared types, or texts that read as such.
  ///   - declared: nil if nothing is declared.
  /// - Throws: `CleanRoomError.invalidField` with the path of the value.
  package init(values json: JSONValue, declared: [InputParameter]?) throws(CleanRoomError) {
    guard case .object(let members) = json else {
      throw .invalidField(name: "parameterValues", reason: "must be an object, not \(json.typeName).")
    }
    guard members.count <= InputParameter.countLimit else {
      throw .invalidField(name: "parameterValues", reason: "may have at most \(InputParameter.countLimit) members.")
    }
    guard let declared else {
      types = nil
      values = try Self.undeclared(members)
      return
    }
    types = Dictionary(declared.map { ($0.name, $0.dataType.sqlType) }) { first, _ in first }
    values = try Self.declared(members, declared)
  }

  private static func undeclared(
    _ members: [String: JSONValue]
  ) throws(CleanRoomError) -> [String: ParameterValue] {
    var values: [String: ParameterValue] = [:]
    for (name, json) in members {
      guard let value = ParameterValue(json) else {
        throw .invalidField(
          name: "parameterValues", reason: "may have strings, numbers, booleans and arrays of these as values.")
      }
      values[name] = value
    }
    return values
  }

  private static func declared(
    _ members: [String: JSONValue], _ declared: [InputParameter]
  ) throws(CleanRoomError) -> [String: ParameterValue] {
    let names = Set(declared.map(\.name))
    if let unknown = members.keys.filter({ !names.contains($0) }).min() {
      throw .invalidField(name: path(of: unknown), reason: "is not among the inputParameters of the workflow.")
    }
    var values: [String: ParameterValue] = [:]
    for parameter in declared {
      // A null is a value, also where there is a default: queries ask whether a parameter IS NULL.
      guard let json = members[parameter.name] ?? parameter.defaultValue else { continue }
      guard let value = value(json, as: parameter.dataType) else {
        throw .invalidField(
          name: path(of: parameter.name),
          reason: "must be a value of the type \(parameter.dataType.sqlType.description)."
        )
      }
      values[parameter.name] = value
    }
    return values
  }

  /// A JSON value as a value of the type; nil if it is none. An array may also be the text of a JSON array.
  static func value(_ json: JSONValue, as type: ParameterType) -> ParameterValue? {
    var json = json
    if case .array = type, case .string(let text) = json {
      guard let parsed = try? JSONValue(parsing: Data(text.utf8)) else { return nil }
      json = parsed
    }
    return ParameterValue(json)?.converted(to: type.sqlType)
  }

  private static func path(of name: String) -> String {
    IdentifierShape.accepts(name) ? "parameterValues.\(name)" : "parameterValues has a value that"
  }

  /// The values as a JSON object.
  package var json: JSONValue { .object(values.mapValues { JSONValue($0) }) }
}
