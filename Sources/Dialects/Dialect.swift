import Catalog

/// How one engine's SQL differs: what the emitter asks for by name, so that it never asks which engine it is writing for.
struct Dialect: Sendable {
  /// The engine's name for a type.
  var typeName: @Sendable (SQLType) -> String
  /// A name in the engine's quotes.
  var quotedName: @Sendable (String) -> String
  /// CAST that gives NULL for what does not fit.
  var cast: @Sendable (_ expression: String, _ type: String) -> String
  /// The expression, or NULL where computing it would end the query. Whether a query ends with an error must never hang
  /// on a single user's values. Queries and random values can't stand inside.
  var attempt: @Sendable (_ expression: String) -> String
  /// A type of whole numbers wide enough for every sum and product of two 64-bit ones.
  var wideWholeType: String
  /// Functions that never end a query with an error.
  var totalFunctions: Set<String>
  /// A cut towards zero, which is how whole numbers are made of others.
  var truncate: @Sendable (_ expression: String) -> String
  /// Whether a text matches a regular expression as a whole.
  var matchesWhole: @Sendable (_ value: String, _ pattern: String) -> String
  /// An element of an array, or NULL; the first is number 1.
  var element: @Sendable (_ array: String, _ index: String) -> String
  /// The value behind a key of a map, or NULL.
  var mapValue: @Sendable (_ map: String, _ key: String) -> String
  var field: @Sendable (_ row: String, _ name: String) -> String
  var row: @Sendable (_ names: [String], _ values: [String]) -> String
  var array: @Sendable (_ elements: [String]) -> String
  /// One row for each element, in the SELECT list.
  var explode: @Sendable (_ array: String) -> String
  /// What stands before the query of a WITH table that must be computed once.
  var materialized: String
  /// How each function of the catalogue is written; one that is missing is refused.
  var functions: [String: FunctionTemplate]
}

/// How a function is written.
enum FunctionTemplate: Sendable {
  /// `$1`, `$2` … stand for the arguments, `$*` for all of them with commas between.
  case text(String)
  /// The same, turned into the type that the catalogue gives the result.
  case typed(String)
  /// By the number of arguments.
  case byCount([Int: String])
  /// From the arguments' text and types; nil where it can't be said.
  case computed(@Sendable (_ arguments: [FunctionArgument]) -> String?)
  /// An aggregate that is more than a call.
  case aggregate(@Sendable (_ call: AggregateCallText) -> String)
}

/// The parts of an aggregate that is written.
struct AggregateCallText: Sendable {
  /// `DISTINCT ` or nothing.
  var quantifier: String
  var arguments: [FunctionArgument]
  /// FILTER and OVER, which stand directly behind the call.
  var tail: String
  /// The engine's name for the result's type.
  var typeName: String
}

/// An argument of a function that is written.
struct FunctionArgument: Sendable {
  var text: String
  var type: SQLType
  /// The text of a string literal or string parameter.
  var literal: String?
}

extension FunctionTemplate {
  /// The template's text with the arguments in their places.
  static func fill(_ template: String, _ arguments: [String]) -> String {
    var result = ""
    var rest = template[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      if rest.first == "*" {
        result += arguments.joined(separator: ", ")
        rest = rest.dropFirst()
      } else {
        let digits = rest.prefix { $0.isNumber }
        rest = rest.dropFirst(digits.count)
        if let place = Int(digits), arguments.indices.contains(place - 1) { result += arguments[place - 1] }
      }
    }
    return result + rest
  }
}
