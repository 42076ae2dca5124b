/// A function of AMC SQL, as the catalogue's data describes it.
///
/// Names are unique, so two functions are equal if their names are. It is a class because expressions contain it and
/// are copied often.
public final class FunctionSignature: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    case scalar
    case aggregate
    case window
    /// Bound by its own rules: its arguments are not plain values.
    case special
  }

  /// The relation between the arguments, which decides whether a sensitive value may be beside one that a literal
  /// influences.
  public enum ArgumentFlow: String, Hashable, Sendable {
    /// They are compared with each other.
    case compare
    /// The first argument is the value. The others steer, and add nothing to it.
    case control
    /// The result is one of them, or a mixture.
    case choose
    /// A count of them, which says nothing about their values.
    case count
    /// A position among rows, which says nothing about their values.
    case rank
  }

  /// The type of an argument.
  public indirect enum Parameter: Hashable, Sendable {
    case type(SQLType)
    case any
    /// Any type, which is cast to a string.
    case text
    case number
    case whole
    case time
    case collection
    /// All arguments of this kind share one type.
    case generic
    case array(Parameter)
    /// Literals of a fixed set or form.
    case pattern, zone, unit, truncation, encoding, fraction
  }

  public indirect enum Result: Hashable, Sendable {
    case type(SQLType)
    case generic
    case array(Result)
    case any
    case first, sum, average, whole
  }

  public let name: String
  public let kind: Kind
  public let parameters: [Parameter]
  /// The number of `parameters`, from the end, that are optional.
  public let optionalCount: Int
  /// Whether the last parameter may be repeated.
  public let repeatsLast: Bool
  public let result: Result
  public let argumentFlow: ArgumentFlow

  init(
    name: String, kind: Kind, parameters: [Parameter], optionalCount: Int, repeatsLast: Bool, result: Result,
    argumentFlow: ArgumentFlow
  ) {
    self.name = name
    self.kind = kind
    self.parameters = parameters
    self.optionalCount = optionalCount
    self.repeatsLast = repeatsLast
    self.result = result
    self.argumentFlow = argumentFlow
  }

  public static func == (left: FunctionSignature, right: FunctionSignature) -> Bool {
    left === right || left.name == right.name
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(name) }

  /// The smallest and the largest number of arguments; nil if there is no largest.
  public var argumentCounts: (min: Int, max: Int?) {
    (parameters.count - optionalCount, repeatsLast ? nil : parameters.count)
  }
}

extension FunctionSignature {
  /// Reads the three columns `parameters`, `result` and `argumentFlow` of the catalogue's file; nil if one is
  /// malformed.
  convenience init?(name: String, kind: String, parameters: String, result: String, argumentFlow: String) {
    guard let kind = Kind(rawValue: kind), let argumentFlow = ArgumentFlow(rawValue: argumentFlow),
      let result = Result(text: result)
    else { return nil }
    var list: [Parameter] = []
    var optionalCount = 0
    var repeatsLast = false
    for part in parameters.splitOutsideBrackets() {
      var text = part
      if text.hasSuffix("?") || text.hasSuffix("*") {
        optionalCount += 1
        repeatsLast = text.hasSuffix("*")
        text.removeLast()
      }
      guard let parameter = Parameter(text: text) else { return nil }
      list.append(parameter)
    }
    self.init(
      name: name, kind: kind, parameters: list, optionalCount: optionalCount, repeatsLast: repeatsLast, result: result,
      argumentFlow: argumentFlow)
  }
}

extension FunctionSignature.Parameter {
  init?(text: String) {
    if text.hasPrefix("array<"), text.hasSuffix(">") {
      guard let inner = Self(text: String(text.dropFirst(6).dropLast())) else { return nil }
      self = .array(inner)
      return
    }
    switch text {
    case "any": self = .any
    case "text": self = .text
    case "number": self = .number
    case "integer": self = .whole
    case "time": self = .time
    case "collection": self = .collection
    case "T": self = .generic
    case "pattern": self = .pattern
    case "zone": self = .zone
    case "unit": self = .unit
    case "truncation": self = .truncation
    case "encoding": self = .encoding
    case "fraction": self = .fraction
    default:
      guard let type = SQLType(functionName: text) else { return nil }
      self = .type(type)
    }
  }
}

extension FunctionSignature.Result {
  init?(text: String) {
    switch text {
    case "T": self = .generic
    case "array<T>": self = .array(.generic)
    case "any": self = .any
    case "first": self = .first
    case "sum": self = .sum
    case "average": self = .average
    case "whole": self = .whole
    default:
      guard let type = SQLType(functionName: text) else { return nil }
      self = .type(type)
    }
  }
}

extension SQLType {
  fileprivate init?(functionName text: String) {
    switch text {
    case "bigint": self = .bigint
    case "array<string>": self = .array(.string)
    case "map<string,string>": self = .map(key: .string, value: .string)
    default:
      guard let type = SQLType(catalogName: text.uppercased()) else { return nil }
      self = type
    }
  }
}

extension String {
  /// The parts between commas outside of `<…>`.
  fileprivate func splitOutsideBrackets() -> [String] {
    var parts: [String] = []
    var part = ""
    var depth = 0
    for character in self {
      if character == "<" { depth += 1 }
      if character == ">" { depth -= 1 }
      if character == ",", depth == 0 {
        parts.append(part)
        part = ""
      } else {
        part.append(character)
      }
    }
    if !part.isEmpty { parts.append(part) }
    return parts
  }
}
