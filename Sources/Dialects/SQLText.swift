/// Names and strings as parts of a statement.
package enum SQLText {
  /// A quoted name.
  package static func name(_ name: String) -> String {
    // Most names have nothing to replace, and replacing is slow.
    guard name.utf8.contains(UInt8(ascii: "\"")) else { return "\"\(name)\"" }
    return "\"\(name.replacing("\"", with: "\"\""))\""
  }

  /// A string literal.
  package static func string(_ value: String) -> String {
    guard value.utf8.contains(UInt8(ascii: "'")) else { return "'\(value)'" }
    return "'\(value.replacing("'", with: "''"))'"
  }

  /// A list of string literals.
  package static func list(_ values: [String]) -> String {
    "[\(values.map(string).joined(separator: ", "))]"
  }
}
