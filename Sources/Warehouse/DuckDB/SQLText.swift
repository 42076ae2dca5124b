/// Names and strings as parts of a statement.
package enum SQLText {
  /// A quoted name.
  package static func name(_ name: String) -> String {
    "\"\(name.replacing("\"", with: "\"\""))\""
  }

  /// A string literal.
  package static func string(_ value: String) -> String {
    "'\(value.replacing("'", with: "''"))'"
  }

  /// A list of string literals.
  package static func list(_ values: [String]) -> String {
    "[\(values.map(string).joined(separator: ", "))]"
  }
}
