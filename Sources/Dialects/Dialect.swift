import Catalog

/// How one engine's SQL differs: what the emitter asks for by name, so that it never asks which engine it is writing
/// for.
///
/// A class, because every expression that is written asks it: one reference is handed on, not each of its parts.
final class Dialect: Sendable {
  /// The engine's name for a type.
  let typeName: @Sendable (SQLType) -> String
  /// A name in the engine's quotes.
  let quotedName: @Sendable (String) -> String
  /// CAST that gives NULL for what does not fit.
  let cast: @Sendable (_ expression: String, _ type: String) -> String
  /// The expression, or NULL where computing it would end the query. Whether a query ends with an error must never hang
  /// on a single user's values. Queries and random values can't stand inside.
  let attempt: @Sendable (_ expression: String) -> String
  /// A type of whole numbers wide enough for every sum and product of two 64-bit ones.
  let wideWholeType: String
  /// Functions that never end a query with an error.
  let totalFunctions: Set<String>
  /// A cut towards zero, which is how whole numbers are made of others.
  let truncate: @Sendable (_ expression: String) -> String
  /// Whether a text matches a regular expression of Java's as a whole.
  let matchesWhole: @Sendable (_ value: FunctionArgument, _ pattern: FunctionArgument) -> String
  /// An element of an array, or NULL; the first is number 1.
  let element: @Sendable (_ array: String, _ index: String) -> String
  /// The value behind a key of a map, or NULL.
  let mapValue: @Sendable (_ map: String, _ key: String) -> String
  let field: @Sendable (_ row: String, _ name: String) -> String
  let row: @Sendable (_ names: [String], _ values: [String]) -> String
  let array: @Sendable (_ elements: [String]) -> String
  /// One row for each element, in the SELECT list.
  let explode: @Sendable (_ array: String) -> String
  /// An aggregate: the value of a column that has one, and NULL where there are several rows or none.
  let onlyValue: @Sendable (_ column: String) -> String
  /// The keyword before the query of a WITH table that must be computed once.
  let materialized: String
  /// How each function of the catalogue is written; one that is missing is refused.
  let functions: [String: FunctionTemplate]

  init(
    typeName: @escaping @Sendable (SQLType) -> String,
    quotedName: @escaping @Sendable (String) -> String,
    cast: @escaping @Sendable (_ expression: String, _ type: String) -> String,
    attempt: @escaping @Sendable (_ expression: String) -> String,
    wideWholeType: String,
    totalFunctions: Set<String>,
    truncate: @escaping @Sendable (_ expression: String) -> String,
    matchesWhole: @escaping @Sendable (_ value: FunctionArgument, _ pattern: FunctionArgument) -> String,
    element: @escaping @Sendable (_ array: String, _ index: String) -> String,
    mapValue: @escaping @Sendable (_ map: String, _ key: String) -> String,
    field: @escaping @Sendable (_ row: String, _ name: String) -> String,
    row: @escaping @Sendable (_ names: [String], _ values: [String]) -> String,
    array: @escaping @Sendable (_ elements: [String]) -> String,
    explode: @escaping @Sendable (_ array: String) -> String,
    onlyValue: @escaping @Sendable (_ column: String) -> String,
    materialized: String,
    functions: [String: FunctionTemplate]
  ) {
    self.typeName = typeName
    self.quotedName = quotedName
    self.cast = cast
    self.attempt = attempt
    self.wideWholeType = wideWholeType
    self.totalFunctions = totalFunctions
    self.truncate = truncate
    self.matchesWhole = matchesWhole
    self.element = element
    self.mapValue = mapValue
    self.field = field
    self.row = row
    self.array = array
    self.explode = explode
    self.onlyValue = onlyValue
    self.materialized = materialized
    self.functions = functions
  }
}

extension Dialect {
  /// The same with other ways to write some functions.
  ///
  /// - Parameter total: Those of them that never end a query with an error.
  func replacing(_ others: [String: FunctionTemplate], total: Set<String>) -> Dialect {
    Dialect(
      typeName: typeName, quotedName: quotedName, cast: cast, attempt: attempt, wideWholeType: wideWholeType,
      totalFunctions: totalFunctions.union(total), truncate: truncate, matchesWhole: matchesWhole, element: element,
      mapValue: mapValue, field: field, row: row, array: array, explode: explode, onlyValue: onlyValue,
      materialized: materialized, functions: functions.merging(others) { _, other in other })
  }
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
  /// From the seed of the noise, as a text literal, and the arguments; nil where it can't be said.
  case seeded(@Sendable (_ seed: String, _ arguments: [FunctionArgument]) -> String?)
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
  /// The template's text with the arguments in it.
  static func fill(_ template: String, _ arguments: [String]) -> String {
    var result = ""
    result.reserveCapacity(template.utf8.count + arguments.reduce(0) { $0 + $1.utf8.count })
    let bytes = template.utf8
    var start = bytes.startIndex
    while let dollar = bytes[start...].firstIndex(of: UInt8(ascii: "$")) {
      result += template[start..<dollar]
      var end = bytes.index(after: dollar)
      if end < bytes.endIndex, bytes[end] == UInt8(ascii: "*") {
        result += arguments.joined(separator: ", ")
        end = bytes.index(after: end)
      } else {
        var number = 0
        while end < bytes.endIndex, case let digit = Int(bytes[end]) - 0x30, (0...9).contains(digit) {
          number = number * 10 + digit
          end = bytes.index(after: end)
        }
        if arguments.indices.contains(number - 1) { result += arguments[number - 1] }
      }
      start = end
    }
    return result + template[start...]
  }
}
