import Base
import Catalog
import CleanRoom

/// The declared type of a parameter or output column, as the published API writes it.
///
/// Source: AMC's guide "Create a workflow", supported data types of custom parameters.
package enum ParameterType: Sendable, Hashable {
  package enum Simple: String, Sendable, Hashable, CaseIterable {
    case binary = "BINARY"
    case boolean = "BOOLEAN"
    case byte = "BYTE"
    case date = "DATE"
    case decimal = "DECIMAL"
    case double = "DOUBLE"
    case float = "FLOAT"
    case integer = "INTEGER"
    case long = "LONG"
    case short = "SHORT"
    case string = "STRING"
    case timestamp = "TIMESTAMP"
  }

  case simple(Simple)
  /// `{"type": "ARRAY", "elementDataType": …}`
  case array(of: Simple)

  /// The type in the API's JSON: a name, or an object with a `type`, letter case aside; nil for anything else, such as
  /// MAP and STRUCT.
  init?(_ json: JSONValue) {
    switch json {
    case .string(let name):
      guard let type = Simple(rawValue: name.uppercased()) else { return nil }
      self = .simple(type)
    case .object(let members):
      guard case .string(let type)? = members["type"] else { return nil }
      if let simple = Simple(rawValue: type.uppercased()) {
        self = .simple(simple)
        return
      }
      guard type.uppercased() == "ARRAY", let json = members["elementDataType"],
        case .simple(let element)? = ParameterType(json)
      else { return nil }
      self = .array(of: element)
    case .null, .boolean, .integer, .decimal, .array: return nil
    }
  }

  /// The type in the API's JSON.
  var json: JSONValue {
    switch self {
    case .simple(let type): .string(type.rawValue)
    case .array(let element): .object(["type": .string("ARRAY"), "elementDataType": .string(element.rawValue)])
    }
  }

  /// The type in a query.
  var sqlType: SQLType {
    switch self {
    case .simple(let type): type.sqlType
    case .array(let element): .array(element.sqlType)
    }
  }
}

extension ParameterType.Simple {
  /// The number of digits of a DECIMAL parameter, and of those behind its point.
  static let decimalDigits = (precision: 38, scale: 18)

  var sqlType: SQLType {
    switch self {
    case .binary: .binary
    case .boolean: .boolean
    case .byte: .tinyint
    case .date: .date
    case .decimal: .decimal(precision: Self.decimalDigits.precision, scale: Self.decimalDigits.scale)
    case .double: .double
    case .float: .float
    case .integer: .integer
    case .long: .bigint
    case .short: .smallint
    case .string: .string
    case .timestamp: .timestamp
    }
  }
}

extension ParameterType: Codable {
  package init(from decoder: any Decoder) throws {
    guard let type = ParameterType(try JSONValue(from: decoder)) else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no data type"))
    }
    self = type
  }

  package func encode(to encoder: any Encoder) throws {
    try json.encode(to: encoder)
  }
}

/// The kind of a column in a workflow's declaration: a description or a measure.
package enum DeclaredColumnKind: String, Sendable, Hashable, Codable, CaseIterable {
  case dimension = "DIMENSION"
  case metric = "METRIC"
}
