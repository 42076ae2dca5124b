package import Foundation

/// An error that names a field of a JSON object.
///
/// Paths consist of names and indices, such as `advertisers[0].type`, and never contain values.
package protocol JSONFieldError: Error {
  /// A required field is missing.
  static func missingField(_ path: String) -> Self
  /// A field has a value of another type. `expected` is the type with its article, such as `a string`.
  static func wrongType(_ path: String, expected: String) -> Self
  /// The field is not known.
  static func unknownField(_ path: String) -> Self
  /// Nobody asked for a field of an object, and its name is not repeated: it could be anything.
  static func unnamedField(of object: String) -> Self
}

/// Reads the fields of a JSON object, one by one, and names the first that is not as it should be.
///
///     var fields = JSONFieldReader<RequestError>(members)
///     let name = try fields.requiredString("name")
///     let ttl = try fields.integer("ttl")
///     try fields.finish()
///
/// A field that is null counts as one that is not there. `finish()` names a field that was not asked for. Inside a
/// request, `RequestReading` says how lenient the reader is.
package struct JSONFieldReader<Failure: JSONFieldError> {
  private let members: [String: JSONValue]
  private let path: String
  private var knownNames: Set<String> = []

  /// - Parameter path: The path of the object, with a point at its end; empty for the outermost one.
  package init(_ members: [String: JSONValue], path: String = "") {
    self.members = members
    self.path = path
  }

  /// Reads a value that has to be an object.
  ///
  /// - Parameter path: The path of the object, without a point.
  package init(_ value: JSONValue, at path: String) throws(Failure) {
    guard case .object(let members) = value else { throw .wrongType(path, expected: "an object") }
    self.init(members, path: "\(path).")
  }

  /// The path of a field in errors.
  package func path(of name: String) -> String { path + name }

  /// Ends the reading. Fields that were not asked for are refused, or ignored and noted where reading is lenient.
  ///
  /// A field about consent is never ignored: it could be the denial of a person.
  package func finish() throws(Failure) {
    let reading = RequestReading.current
    guard reading.isLenient else { return try requireNoOtherField() }
    for name in otherNames {
      if name.lowercased().contains("consent") { throw unknown(name) }
      reading.ignore(member: name, at: path)
    }
  }

  /// Ends the reading of an object in which no field can be ignored without harm, such as the identifiers of a person.
  /// Throws if it has a field that was not asked for, and names the first by alphabet.
  package func requireNoOtherField() throws(Failure) {
    if let name = otherNames.first { throw unknown(name) }
  }

  /// The names of the fields that were not asked for, by alphabet.
  private var otherNames: [String] { members.keys.filter { !knownNames.contains($0) }.sorted() }

  /// A name with characters other than letters, digits, `-` and `_` could be anything, so it is not repeated.
  private func unknown(_ name: String) -> Failure {
    IdentifierShape.accepts(name) ? .unknownField(path + name) : .unnamedField(of: String(path.dropLast()))
  }

  // MARK: Values

  /// The value of a field; nil if it is missing.
  package mutating func value(_ name: String) -> JSONValue? {
    knownNames.insert(name)
    guard let value = members[name], value != .null else { return nil }
    return value
  }

  /// Whether the member is there and null, which most fields take for absent.
  package func isNull(_ name: String) -> Bool { members[name] == .null }

  /// The most bytes of a text, unless a field says otherwise.
  package static var textByteLimit: Int { 8_192 }

  /// A text.
  ///
  /// - Parameter byteLimit: The most bytes that it may have; the body of a request limits it in any case.
  package mutating func string(_ name: String, byteLimit: Int = textByteLimit) throws(Failure) -> String? {
    guard let value = value(name) else { return nil }
    guard case .string(let text) = value else { throw wrongType(name, "a string") }
    guard text.utf8.count <= byteLimit else { throw wrongType(name, "a string of at most \(byteLimit) bytes") }
    return text
  }

  package mutating func requiredString(_ name: String) throws(Failure) -> String {
    try required(name, try string(name))
  }

  /// A text that has to be there, and not empty.
  package mutating func requiredFilledString(_ name: String) throws(Failure) -> String {
    try required(name, try filledString(name))
  }

  /// A text. An empty one counts as missing.
  package mutating func filledString(_ name: String) throws(Failure) -> String? {
    guard let text = try string(name), !text.isEmpty else { return nil }
    return text
  }

  package mutating func integer(_ name: String) throws(Failure) -> Int? {
    guard let value = value(name) else { return nil }
    guard let number = RequestReading.current.integer(value) else { throw wrongType(name, "an integer") }
    return Int(number)
  }

  /// A whole number within a range.
  package mutating func integer(_ name: String, in range: ClosedRange<Int>) throws(Failure) -> Int? {
    guard let value = value(name) else { return nil }
    guard let number = RequestReading.current.integer(value).flatMap({ Int(exactly: $0) }), range.contains(number)
    else {
      throw wrongType(name, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  package mutating func boolean(_ name: String) throws(Failure) -> Bool? {
    guard let value = value(name) else { return nil }
    guard let flag = RequestReading.current.boolean(value) else { throw wrongType(name, "a boolean") }
    return flag
  }

  /// A number with or without a fraction.
  package mutating func number(_ name: String) throws(Failure) -> Decimal? {
    guard let value = value(name) else { return nil }
    guard let number = RequestReading.current.number(value) else { throw wrongType(name, "a number") }
    return number
  }

  /// A boolean, also as text as in AMC's published example: `"TRUE"`.
  package mutating func booleanOrText(_ name: String) throws(Failure) -> Bool? {
    guard let value = value(name) else { return nil }
    switch value {
    case .boolean(let flag): return flag
    case .string(let text):
      guard let flag = RequestReading.boolean(text) else { throw wrongType(name, "a boolean") }
      return flag
    case .null, .integer, .decimal, .array, .object: throw wrongType(name, "a boolean")
    }
  }

  /// A time in UTC.
  package mutating func time(_ name: String) throws(Failure) -> Date? {
    guard let text = try string(name) else { return nil }
    guard let date = Timestamp.date(utc: text) else { throw wrongType(name, "a time such as 2025-05-25T00:00:00Z") }
    return date
  }

  package mutating func requiredTime(_ name: String) throws(Failure) -> Date {
    try required(name, try time(name))
  }

  /// A text with one of an enumeration's values.
  package mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _ type: Choice.Type
  ) throws(Failure) -> Choice? where Choice.RawValue == String {
    guard let text = try string(name) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      throw wrongType(name, "one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return choice
  }

  package mutating func requiredChoice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _ type: Choice.Type
  ) throws(Failure) -> Choice where Choice.RawValue == String {
    try required(name, try choice(name, type))
  }

  // MARK: Objects and arrays

  package mutating func object(_ name: String) throws(Failure) -> [String: JSONValue]? {
    guard let value = value(name) else { return nil }
    guard case .object(let members) = value else { throw wrongType(name, "an object") }
    return members
  }

  package mutating func requiredObject(_ name: String) throws(Failure) -> [String: JSONValue] {
    try required(name, try object(name))
  }

  package mutating func array(_ name: String) throws(Failure) -> [JSONValue]? {
    guard let value = value(name) else { return nil }
    guard case .array(let elements) = value else { throw wrongType(name, "an array") }
    return elements
  }

  package mutating func strings(_ name: String) throws(Failure) -> [String]? {
    guard let elements = try array(name) else { return nil }
    let texts = elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
    guard texts.count == elements.count else { throw wrongType(name, "an array of strings") }
    return texts
  }

  /// Readers of the objects of an array, each with its index in its path.
  package mutating func objects(_ name: String) throws(Failure) -> [Self]? {
    guard let elements = try array(name) else { return nil }
    return try Self.objects(elements, at: path + name)
  }

  /// Readers of the objects of an array of at most `countLimit`; nil for nil and null.
  ///
  /// - Parameter path: The path of the array.
  package static func objects(
    of value: JSONValue?, at path: String, countLimit: Int
  ) throws(Failure) -> [Self]? {
    guard let value, value != .null else { return nil }
    guard case .array(let elements) = value, elements.count <= countLimit else {
      throw .wrongType(path, expected: "an array of at most \(countLimit) elements")
    }
    return try objects(elements, at: path)
  }

  private static func objects(_ elements: [JSONValue], at path: String) throws(Failure) -> [Self] {
    var readers: [Self] = []
    for (index, element) in elements.enumerated() { readers.append(try Self(element, at: "\(path)[\(index)]")) }
    return readers
  }

  // MARK: Errors

  private func required<Value>(_ name: String, _ value: Value?) throws(Failure) -> Value {
    guard let value else { throw .missingField(path + name) }
    return value
  }

  private func wrongType(_ name: String, _ expected: String) -> Failure {
    .wrongType(path + name, expected: expected)
  }
}
