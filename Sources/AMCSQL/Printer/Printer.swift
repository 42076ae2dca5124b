/// Writes a syntax tree as AMC SQL, on one line.
///
/// The text reads back into an equal tree, except positions: operands that are operators themselves are in parentheses,
/// and names are quoted as they were.
public struct Printer {
  var text = ""

  private init() {}

  public static func print(_ query: Query) -> String {
    var printer = Printer()
    printer.query(query)
    return printer.text
  }

  public static func print(_ expression: Expression) -> String {
    var printer = Printer()
    printer.expression(expression)
    return printer.text
  }

  mutating func list<Item>(_ items: [Item], _ write: (inout Printer, Item) -> Void) {
    for (index, item) in items.enumerated() {
      if index > 0 { text += ", " }
      write(&self, item)
    }
  }

  mutating func name(_ identifier: Identifier) {
    guard identifier.isQuoted else {
      text += identifier.name
      return
    }
    text += "\"" + doubled("\"", in: identifier.name) + "\""
  }

  mutating func string(_ value: String) { text += "'" + doubled("'", in: value) + "'" }

  private func doubled(_ quote: Character, in value: String) -> String {
    var result = ""
    for character in value {
      result.append(character)
      if character == quote { result.append(character) }
    }
    return result
  }

  mutating func qualifiedName(_ name: QualifiedName) {
    for (index, part) in name.parts.enumerated() {
      if index > 0 { text += "." }
      self.name(part)
    }
  }
}
