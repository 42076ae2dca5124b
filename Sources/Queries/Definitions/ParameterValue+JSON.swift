package import Base
package import Catalog
import CleanRoom

import struct Foundation.Decimal

extension ParameterValue {
  /// The value for a JSON value; nil for an object, which is no parameter.
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

extension JSONValue {
  /// The JSON value for a parameter's value.
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
