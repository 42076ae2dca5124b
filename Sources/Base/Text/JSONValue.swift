package import Foundation

/// A JSON text as a value, before its meaning is known.
package enum JSONValue: Sendable, Hashable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case decimal(Decimal)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// The maximum depth of arrays and objects inside each other.
  package static let depthLimit = 32

  /// The reason why a text is refused.
  package enum Failure: Error, Sendable, Hashable {
    case notJSON
    case tooDeep
    /// U+0000 in a string, which no field needs.
    case nulCharacter
  }

  /// Reads a JSON text in UTF-8.
  package init(parsing text: Data) throws(Failure) {
    // The decoder would also read UTF-16 and UTF-32, in whose bytes the depth can't be seen. Such a text has zero
    // bytes.
    guard !text.contains(0), String(validating: text, as: UTF8.self) != nil else { throw .notJSON }
    guard Self.depth(of: text) <= Self.depthLimit else { throw .tooDeep }
    do {
      self = try JSONDecoder().decode(JSONValue.self, from: text)
    } catch {
      throw .notJSON
    }
    guard !containsNUL else { throw .nulCharacter }
  }

  /// The value as a JSON text, with the keys of objects in order.
  ///
  /// - Throws: `EncodingError` for a value that is nested too deeply, or has a number that is not finite. A value that
  ///   was read from a text is neither.
  package var text: String {
    get throws { try JSONEncoder.canonical.text(of: self) }
  }

  /// `text` in UTF-8.
  package var data: Data {
    get throws { try JSONEncoder.canonical.encode(self) }
  }

  /// The type of the value, for messages.
  package var typeName: String {
    switch self {
    case .null: "null"
    case .boolean: "a boolean"
    case .integer, .decimal: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The deepest nesting of brackets outside strings. The text need not be JSON.
  private static func depth(of text: Data) -> Int {
    var depth = 0
    var deepest = 0
    var isInString = false
    var isEscaped = false
    for byte in text {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        deepest = max(deepest, depth)
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      default: break
      }
    }
    return deepest
  }

  private var containsNUL: Bool {
    switch self {
    case .null, .boolean, .integer, .decimal: false
    case .string(let text): text.utf8.contains(0)
    case .array(let elements): elements.contains(where: \.containsNUL)
    case .object(let members): members.contains { $0.key.utf8.contains(0) || $0.value.containsNUL }
    }
  }
}

extension JSONValue: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else if let value = try? container.decode([String: JSONValue].self) {
      self = .object(value)
    } else {
      self = .decimal(try container.decode(Decimal.self))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .boolean(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .decimal(let value):
      guard value.isFinite else {
        let context = EncodingError.Context(
          codingPath: encoder.codingPath, debugDescription: "JSON has no such number.")
        throw EncodingError.invalidValue(value, context)
      }
      try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}
