package import Base
package import CleanRoom
import Catalog

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
  /// A text, or an array of values for an array.
  package var defaultValue: JSONValue?
  package var displayName: String?
  package var description: String?

  private static let memberNames: Set = [
    "name", "dataType", "columnType", "column_type", "defaultValue", "displayName", "description",
  ]

  /// Reads the declarations of a request; nil if it has none.
  ///
  /// - Parameter path: The path of the array in errors.
  /// - Throws: `CleanRoomError.invalidField` with the path of the field.
  package static func list(
    from json: JSONValue?, path: String = "inputParameters"
  ) throws(CleanRoomError) -> [InputParameter]? {
    guard let elements = try JSONFields.elements(of: json, at: path, countLimit: countLimit) else { return nil }
    var parameters: [InputParameter] = []
    var names: Set<String> = []
    for (index, element) in elements.enumerated() {
      let parameter = try InputParameter(element, path: "\(path)[\(index)]")
      guard names.insert(parameter.name).inserted else {
        throw .invalidField(name: "\(path)[\(index)].name", reason: "is the name of another parameter.")
      }
      parameters.append(parameter)
    }
    return parameters
  }

  private init(_ json: JSONValue, path: String) throws(CleanRoomError) {
    let fields = try JSONFields(json, at: path, names: Self.memberNames)
    name = try fields.requiredString("name")
    guard name.count <= Self.nameLengthLimit else {
      throw fields.invalid("name", "may have at most \(Self.nameLengthLimit) characters.")
    }
    guard let type = fields.value("dataType") else { throw fields.invalid("dataType", "is missing.") }
    guard let dataType = ParameterType(type) else {
      let names = ParameterType.Simple.allCases.map(\.rawValue).joined(separator: ", ")
      throw fields.invalid("dataType", "must be one of \(names), or an ARRAY with one of them as elementDataType.")
    }
    self.dataType = dataType
    // AMC's published example has both spellings.
    let kinds = [
      try fields.choice("columnType", DeclaredColumnKind.self),
      try fields.choice("column_type", DeclaredColumnKind.self),
    ]
    columnType = kinds[0] ?? kinds[1]
    displayName = try Self.text(fields, "displayName")
    description = try Self.text(fields, "description")
    guard let value = fields.value("defaultValue") else { return }
    guard let value = ParameterSet.value(value, as: dataType) else {
      throw fields.invalid("defaultValue", "is not a value of its dataType.")
    }
    defaultValue = Self.canonical(value)
  }

  private static func text(_ fields: JSONFields, _ name: String) throws(CleanRoomError) -> String? {
    let text = try fields.string(name)
    if let text, text.count > textLengthLimit {
      throw fields.invalid(name, "may have at most \(textLengthLimit) characters.")
    }
    return text
  }

  /// The published API writes defaults as texts, and those of arrays as arrays.
  private static func canonical(_ value: ParameterValue) -> JSONValue? {
    switch value {
    case .null: nil
    case .boolean(let value): .string(String(value))
    case .integer(let number): .string(String(number))
    case .decimal(let text), .string(let text): .string(text)
    case .array: JSONValue(value)
    }
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
