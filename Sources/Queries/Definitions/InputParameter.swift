package import Base
import Catalog
package import CleanRoom

import class Foundation.JSONEncoder

/// A declared parameter of a workflow: the name for `CUSTOM_PARAMETER`, the type, and the default value.
package struct InputParameter: Sendable, Hashable, Codable {
  /// The largest number of a workflow's declared parameters, and of a request's values.
  package static let countLimit = 100
  /// The largest number of characters of a name.
  package static let nameLengthLimit = 128
  /// The largest number of characters of a description.
  package static let textLengthLimit = 1000

  package var name: String
  package var dataType: ParameterType
  package var columnType: DeclaredColumnKind?
  /// A text, or an array of values for an array; `.null` for NULL, and nil for no default.
  package var defaultValue: JSONValue?
  package var displayName: String?
  package var description: String?

  /// Reads the declarations of a request; nil if it has none.
  ///
  /// - Parameter path: The path of the array in errors.
  /// - Throws: `CleanRoomError.invalidField` with the path of the field.
  package static func list(
    from json: JSONValue?, path: String = "inputParameters"
  ) throws(CleanRoomError) -> [InputParameter]? {
    guard
      let objects = try JSONFieldReader<CleanRoomError>.objects(of: json, at: path, countLimit: countLimit)
    else { return nil }
    var parameters: [InputParameter] = []
    var names: Set<String> = []
    for fields in objects {
      let parameter = try InputParameter(fields)
      guard names.insert(parameter.name).inserted else {
        throw .invalidField(name: fields.path(of: "name"), reason: "is the name of another parameter.")
      }
      parameters.append(parameter)
    }
    return parameters
  }

  private init(_ object: JSONFieldReader<CleanRoomError>) throws(CleanRoomError) {
    var fields = object
    name = try fields.requiredFilledString("name")
    guard name.count <= Self.nameLengthLimit else {
      throw .invalidField(
        name: fields.path(of: "name"), reason: "may have at most \(Self.nameLengthLimit) characters.")
    }
    dataType = try ParameterType(&fields, "dataType")
    // AMC's published example has both spellings.
    let kinds = [
      try fields.choice("columnType", DeclaredColumnKind.self),
      try fields.choice("column_type", DeclaredColumnKind.self),
    ]
    columnType = kinds[0] ?? kinds[1]
    displayName = try Self.text(&fields, "displayName")
    description = try Self.text(&fields, "description")
    let value = fields.value("defaultValue") ?? (fields.isNull("defaultValue") ? .null : nil)
    try fields.finish()
    guard let value else { return }
    guard let value = ParameterSet.value(value, as: dataType) else {
      throw .invalidField(name: fields.path(of: "defaultValue"), reason: "is not a value of its dataType.")
    }
    defaultValue = Self.canonical(value)
  }

  private static func text(
    _ fields: inout JSONFieldReader<CleanRoomError>, _ name: String
  ) throws(CleanRoomError) -> String? {
    let text = try fields.string(name)
    if let text, text.count > textLengthLimit {
      throw .invalidField(name: fields.path(of: name), reason: "may have at most \(textLengthLimit) characters.")
    }
    return text
  }

  /// The published API writes defaults as texts, and those of arrays as arrays.
  private static func canonical(_ value: ParameterValue) -> JSONValue {
    switch value {
    case .null: .null
    case .boolean(let value): .string(String(value))
    case .integer(let number): .string(String(number))
    case .decimal(let text), .string(let text): .string(text)
    case .array: JSONValue(value)
    }
  }
}

extension InputParameter {
  /// Reads a stored declaration. Unlike elsewhere, a null is not the same as nothing: it is a default value.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    dataType = try container.decode(ParameterType.self, forKey: .dataType)
    columnType = try container.decodeIfPresent(DeclaredColumnKind.self, forKey: .columnType)
    defaultValue = try container.contains(.defaultValue) ? container.decode(JSONValue.self, forKey: .defaultValue) : nil
    displayName = try container.decodeIfPresent(String.self, forKey: .displayName)
    description = try container.decodeIfPresent(String.self, forKey: .description)
  }
}

extension [InputParameter] {
  /// The list as a JSON array, in its stored form.
  package var storedText: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}

extension ParameterType {
  /// The type that a field has to name.
  init(_ fields: inout JSONFieldReader<CleanRoomError>, _ name: String) throws(CleanRoomError) {
    guard let value = fields.value(name) else { throw .missingField(fields.path(of: name)) }
    guard let type = ParameterType(value) else {
      let names = ParameterType.Simple.allCases.map(\.rawValue).joined(separator: ", ")
      throw .wrongType(
        fields.path(of: name), expected: "one of \(names), or an ARRAY with one of them as elementDataType")
    }
    self = type
  }
}
