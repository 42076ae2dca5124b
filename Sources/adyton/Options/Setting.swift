public import ArgumentParser
public import Logging
import Metadata
public import ObjectStorage

/// A value of an option: from the command line, or else from an environment variable, or else a default.
///
///     @Option(help: "The port to listen at; 0 for any free one (ADYTON_PORT).")
///     var port = Setting("ADYTON_PORT", default: 8080)
///
///     func validate() throws { _ = try port.value("--port", in: 0...65_535) }
///
/// A variable that does not parse is an error as soon as the value is read: it never turns into the default. The error
/// has the variable's name and the values that it may have, and not the value that it has.
struct Setting<Value: SettingValue>: ExpressibleByArgument, Sendable {
  private let origin: SettingOrigin<Value>

  init(_ variable: String, default fallback: Value) {
    origin = SettingOrigin(variable: variable) ?? .fallback(fallback)
  }

  init?(argument: String) {
    guard let value = Value(argument: argument) else { return nil }
    origin = .commandLine(value)
  }

  /// - Throws: `ValidationError` for a variable that does not parse.
  var value: Value {
    get throws { try origin.value }
  }

  /// The value.
  ///
  /// - Parameters:
  ///   - option: The option's name, for errors about a value from the command line.
  ///   - expectation: The values that are fine, as in `more than 0 and at most 100`.
  /// - Throws: `ValidationError` for a value that is not fine, and for a variable that does not parse.
  func value(_ option: String, _ expectation: String, where isFine: (Value) -> Bool) throws -> Value {
    try origin.value(option, expectation, where: isFine)
  }

  /// The value, which has to be in a range.
  func value(_ option: String, in range: ClosedRange<Value>) throws -> Value where Value: Comparable {
    try value(option, "from \(range.lowerBound) to \(range.upperBound)") { range.contains($0) }
  }

  /// The value, which must not be smaller.
  func value(_ option: String, atLeast lowest: Value) throws -> Value where Value: Comparable {
    try value(option, "at least \(lowest)") { $0 >= lowest }
  }

  var defaultValueDescription: String { origin.description }
  static var allValueStrings: [String] { Value.allValueStrings }
}

extension Setting where Value == String {
  /// A text that is empty where neither the command line nor the environment has one.
  init(_ variable: String) {
    self.init(variable, default: "")
  }

  /// The text, read as something else; nil for an empty one.
  func parsed<Result>(_ option: String, _ expectation: String, _ parse: (String) -> Result?) throws -> Result? {
    var result: Result?
    _ = try origin.value(option, expectation) { text in
      result = text.isEmpty ? nil : parse(text)
      return text.isEmpty || result != nil
    }
    return result
  }
}

/// A `Setting` that has no value unless the command line or the environment has one.
struct OptionalSetting<Value: SettingValue>: ExpressibleByArgument, Sendable {
  private let origin: SettingOrigin<Value>?

  init(_ variable: String) {
    origin = SettingOrigin(variable: variable)
  }

  init?(argument: String) {
    guard let value = Value(argument: argument) else { return nil }
    origin = .commandLine(value)
  }

  /// - Throws: `ValidationError` for a variable that does not parse.
  var value: Value? {
    get throws { try origin?.value }
  }

  /// The value, or nil where none is set; see `Setting`.
  func value(_ option: String, _ expectation: String, where isFine: (Value) -> Bool) throws -> Value? {
    try origin?.value(option, expectation, where: isFine)
  }

  var defaultValueDescription: String { origin?.description ?? "" }
  static var allValueStrings: [String] { Value.allValueStrings }
}

/// The origin of a setting's value.
private enum SettingOrigin<Value: SettingValue>: Sendable {
  case commandLine(Value)
  /// nil for a variable that does not parse.
  case environment(name: String, Value?)
  case fallback(Value)

  /// Nil where the variable is not set.
  init?(variable: String) {
    guard let text = Environment.text(variable) else { return nil }
    self = .environment(name: variable, Value(argument: text))
  }

  var value: Value {
    get throws {
      switch self {
      case .commandLine(let value), .environment(_, .some(let value)), .fallback(let value): return value
      case .environment(let name, nil): throw ValidationError("\(name) must be \(Value.expectation).")
      }
    }
  }

  func value(_ option: String, _ expectation: String, where isFine: (Value) -> Bool) throws -> Value {
    let value = try value
    if isFine(value) { return value }
    switch self {
    case .environment(let name, _): throw ValidationError("\(name) must be \(expectation).")
    case .commandLine, .fallback: throw ValidationError("\(option) must be \(expectation).")
    }
  }

  /// The value as the help shows it; nothing for a variable that does not parse.
  var description: String { (try? value)?.defaultValueDescription ?? "" }
}

/// A type that a setting can have.
protocol SettingValue: ExpressibleByArgument, Sendable {
  /// The texts that can be read, as in `a whole number`.
  static var expectation: String { get }
}

extension SettingValue {
  static var expectation: String { "one of " + allValueStrings.joined(separator: ", ") }
}

extension Int: SettingValue {
  static var expectation: String { "a whole number" }
}

extension Double: SettingValue {
  static var expectation: String { "a number" }
}

extension String: SettingValue {
  static var expectation: String { "a text" }
}

extension Region: ExpressibleByArgument, SettingValue {
  init?(argument: String) {
    self.init(rawValue: argument.uppercased())
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument, SettingValue {}

extension S3Endpoint.Addressing: ExpressibleByArgument, SettingValue {}

extension ReadVerification: ExpressibleByArgument, SettingValue {}
