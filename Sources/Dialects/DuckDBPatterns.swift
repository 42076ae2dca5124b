import Catalog
import RegularExpressions

/// Regular expressions: DuckDB's own, which are RE2's, where they give what Java's give, and otherwise functions that
/// the warehouse adds to each database (`adyton_regexp_…`), which take Java's syntax.
enum DuckDBPatterns {
  static func matchesWhole(_ value: FunctionArgument, _ pattern: FunctionArgument) -> String {
    if let own = read(pattern)?.re2Whole { return "regexp_full_match(\(value.text), \(SQLLiteral.string(own)))" }
    return "adyton_regexp_matches(\(value.text), \(pattern.text))"
  }

  static func first(_ arguments: [FunctionArgument]) -> String {
    let (value, pattern) = (arguments[0].text, arguments[1])
    guard let own = read(pattern)?.re2 else { return "adyton_regexp_substr(\(value), \(pattern.text))" }
    let text = SQLLiteral.string(own)
    return "CASE WHEN regexp_matches(\(value), \(text)) THEN regexp_extract(\(value), \(text)) END"
  }

  static func split(_ arguments: [FunctionArgument]) -> String {
    let (value, pattern) = (arguments[0].text, arguments[1])
    guard let java = read(pattern), let own = java.re2, !java.matchesEmpty else {
      return "adyton_regexp_split(\(value), \(pattern.text))"
    }
    return "regexp_split_to_array(\(value), \(SQLLiteral.string(own)))"
  }

  static func replace(_ arguments: [FunctionArgument]) -> String {
    let (value, pattern, new) = (arguments[0].text, arguments[1], arguments[2])
    guard let java = read(pattern), let own = java.re2, !java.matchesEmpty,
      let replacement = new.literal.flatMap({ try? JavaReplacement($0, for: java) }),
      !(java.repeatsGroup && replacement.namesGroups), let text = replacement.re2
    else { return "adyton_regexp_replace(\(value), \(pattern.text), \(new.text))" }
    return "regexp_replace(\(value), \(SQLLiteral.string(own)), \(SQLLiteral.string(text)), 'g')"
  }

  private static func read(_ pattern: FunctionArgument) -> JavaPattern? {
    pattern.literal.flatMap { try? JavaPattern($0) }
  }
}
