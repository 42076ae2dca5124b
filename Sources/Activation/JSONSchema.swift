package import Base
import CleanRoom
import Foundation
import Metadata

/// The shape of a JSON value, as a published schema defines it.
indirect enum JSONSchema: Sendable {
  /// A text with a number of characters in the range.
  case text(ClosedRange<Int>)
  case choice([String])
  case integer(ClosedRange<Int64>)
  case number(ClosedRange<Decimal>)
  case boolean
  /// `2025-01-31`
  case date
  /// `20250131`
  case compactDate
  /// `2025-01-31T00:00:00Z`
  case time
  case array(JSONSchema, ClosedRange<Int>)
  case object([Field])
  /// An object with any names, whose values all have one shape.
  case map(JSONSchema, limit: Int)
  /// Any value; it is read elsewhere.
  case anything

  /// A member of an object.
  struct Field: Sendable {
    var name: String
    var shape: JSONSchema
    var isRequired: Bool

    /// A required member.
    static func required(_ name: String, _ shape: JSONSchema) -> Field {
      Field(name: name, shape: shape, isRequired: true)
    }

    /// A member that may be missing, or null.
    static func optional(_ name: String, _ shape: JSONSchema) -> Field {
      Field(name: name, shape: shape, isRequired: false)
    }
  }

  /// The largest number of reported problems of one value.
  static let problemLimit = 20

  /// All problems of a value, at most `problemLimit`.
  func problems(of value: JSONValue, at path: String) -> [FieldError] {
    var problems: [FieldError] = []
    check(value, path, &problems)
    return Array(problems.prefix(Self.problemLimit))
  }

  /// The value as it is meant: where reading is lenient, numbers and booleans may be texts, and unknown members are
  /// ignored and noted. A value of another shape stays as it is, for `problems`.
  ///
  /// Transactions run outside the task of their request, so this is called before them.
  ///
  /// - Parameter path: The path of the value.
  func tidied(_ value: JSONValue, at path: String) -> JSONValue {
    let reading = RequestReading.current
    guard reading.isLenient else { return value }
    switch (self, value) {
    case (.integer, .string): return reading.integer(value).map(JSONValue.integer) ?? value
    case (.number, .string): return reading.number(value).map(JSONValue.decimal) ?? value
    case (.boolean, .string): return reading.boolean(value).map(JSONValue.boolean) ?? value
    case (.array(let element, _), .array(let elements)):
      return .array(elements.enumerated().map { element.tidied($1, at: "\(path)[\($0)]") })
    case (.map(let shape, _), .object(let members)): return .object(members.mapValues { shape.tidied($0, at: path) })
    case (.object(let fields), .object(let members)):
      for name in members.keys.sorted() where !fields.contains(where: { $0.name == name }) {
        reading.ignore(member: name, at: "\(path).")
      }
      return .object(
        fields.reduce(into: [:]) { known, field in
          known[field.name] = members[field.name].map { field.shape.tidied($0, at: "\(path).\(field.name)") }
        })
    case (.text, _), (.choice, _), (.integer, _), (.number, _), (.boolean, _), (.date, _), (.compactDate, _),
      (.time, _), (.array, _), (.object, _), (.map, _), (.anything, _):
      return value
    }
  }

  private func check(_ value: JSONValue, _ path: String, _ problems: inout [FieldError]) {
    guard problems.count < Self.problemLimit else { return }
    func found(_ reason: FieldError.Reason) { problems.append(FieldError(reason, at: path)) }
    switch self {
    case .anything: break
    case .text(let lengths):
      guard case .string(let text) = value else { return found(.wrongType(expected: "a string")) }
      if text.count > lengths.upperBound { found(.tooLong(limit: lengths.upperBound)) }
      if text.count < lengths.lowerBound { found(.tooShort(limit: lengths.lowerBound)) }
    case .choice(let allowed):
      guard case .string(let text) = value else { return found(.wrongType(expected: "a string")) }
      if !allowed.contains(text) { found(.notOneOf(allowed)) }
    case .integer(let range):
      guard let number = value.wholeNumber else { return found(.wrongType(expected: "a whole number")) }
      if number < Decimal(range.lowerBound) { found(.tooLow(limit: String(range.lowerBound))) }
      if number > Decimal(range.upperBound) { found(.tooHigh(limit: String(range.upperBound))) }
    case .number(let range):
      guard let number = value.number else { return found(.wrongType(expected: "a number")) }
      if number < range.lowerBound { found(.tooLow(limit: "\(range.lowerBound)")) }
      if number > range.upperBound { found(.tooHigh(limit: "\(range.upperBound)")) }
    case .boolean:
      guard case .boolean = value else { return found(.wrongType(expected: "a boolean")) }
    case .date:
      guard let text = value.string, text.utf8.count == 10, Timestamp.date(utc: "\(text)T00:00:00Z") != nil else {
        return found(.wrongType(expected: "a date such as 2025-01-31"))
      }
    case .compactDate:
      guard let text = value.string, UTCDay(compact: text) != nil else {
        return found(.wrongType(expected: "a date such as 20250131"))
      }
    case .time:
      guard let text = value.string, Timestamp.date(utc: text) != nil else {
        return found(.wrongType(expected: "a time such as 2025-01-31T00:00:00Z"))
      }
    case .array(let element, let counts): checkArray(value, of: element, counts, path, &problems)
    case .object(let fields): checkObject(value, of: fields, path, &problems)
    case .map(let shape, let limit):
      guard case .object(let members) = value else { return found(.wrongType(expected: "an object")) }
      if members.count > limit { found(.tooLong(limit: limit)) }
      for member in members { shape.check(member.value, path, &problems) }
    }
  }

  private func checkArray(
    _ value: JSONValue, of element: JSONSchema, _ counts: ClosedRange<Int>, _ path: String,
    _ problems: inout [FieldError]
  ) {
    guard case .array(let elements) = value else {
      return problems.append(FieldError(.wrongType(expected: "an array"), at: path))
    }
    if elements.count > counts.upperBound {
      problems.append(FieldError(.tooLong(limit: counts.upperBound), at: path))
    }
    if elements.count < counts.lowerBound {
      problems.append(FieldError(.tooShort(limit: counts.lowerBound), at: path))
    }
    for (index, value) in elements.prefix(counts.upperBound).enumerated() {
      element.check(value, "\(path)[\(index)]", &problems)
    }
  }

  private func checkObject(
    _ value: JSONValue, of fields: [Field], _ path: String, _ problems: inout [FieldError]
  ) {
    guard case .object(let members) = value else {
      return problems.append(FieldError(.wrongType(expected: "an object"), at: path))
    }
    for field in fields {
      let path = "\(path).\(field.name)"
      switch members[field.name] {
      case nil, .null:
        if field.isRequired { problems.append(FieldError(.missing, at: path)) }
      case let member?: field.shape.check(member, path, &problems)
      }
    }
    let known = Set(fields.map(\.name))
    for name in members.keys.sorted() where !known.contains(name) {
      // A name that is no identifier may contain anything, and is not repeated.
      problems.append(FieldError(.unknownField, at: IdentifierShape.accepts(name) ? "\(path).\(name)" : path))
    }
  }
}

extension [JSONValue] {
  /// The elements of a request as they are meant; see `JSONSchema.tidied`.
  func tidied(as shape: JSONSchema) -> [JSONValue] {
    enumerated().map { shape.tidied($1, at: "[\($0)]") }
  }
}

extension JSONValue {
  /// The members of a stored object.
  ///
  /// - Throws: `MetadataError.corrupted`, because only checked texts are stored.
  static func storedMembers(_ text: String) throws -> [String: JSONValue] {
    guard case .object(let members)? = try? JSONValue(parsing: Data(text.utf8)) else { throw MetadataError.corrupted }
    return members
  }

  /// The members of an object; empty for anything else.
  package var objectMembers: [String: JSONValue] {
    guard case .object(let members) = self else { return [:] }
    return members
  }

  /// The object with another value for a member, if it has that member; anything else as it is.
  func replacing(_ name: String, with change: (JSONValue) -> JSONValue) -> JSONValue {
    guard case .object(var members) = self else { return self }
    members[name] = members[name].map(change)
    return .object(members)
  }

  /// The elements of an array; empty for anything else.
  package var arrayElements: [JSONValue] {
    guard case .array(let elements) = self else { return [] }
    return elements
  }

  /// The text of a string; nil for anything else.
  package var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  var number: Decimal? {
    switch self {
    case .integer(let number): Decimal(number)
    case .decimal(let number): number
    case .null, .boolean, .string, .array, .object: nil
    }
  }

  /// A whole number of 64 bits; nil for anything else.
  private var int64: Int64? {
    switch self {
    case .integer(let number): number
    case .decimal: wholeNumber.flatMap { Int64("\($0)") }
    case .null, .boolean, .string, .array, .object: nil
    }
  }

  /// An id, which is a text or a whole number; nil for anything else.
  var identifier: String? { string ?? int64.map { String($0) } }

  /// A number without a fraction, however it is written.
  var wholeNumber: Decimal? {
    guard var number else { return nil }
    var rounded = Decimal()
    NSDecimalRound(&rounded, &number, 0, .plain)
    return rounded == number ? number : nil
  }

  /// An object without the members that are null, at any depth: the values that a client gave.
  package var withoutNulls: JSONValue {
    switch self {
    case .object(let members): .object(members.filter { $0.value != .null }.mapValues(\.withoutNulls))
    case .array(let elements): .array(elements.map(\.withoutNulls))
    case .null, .boolean, .integer, .decimal, .string: self
    }
  }
}
