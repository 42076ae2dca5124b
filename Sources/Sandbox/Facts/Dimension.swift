import Dialects
import Warehouse

/// A small table that describes events. Each column is an expression over the row's number `n`.
struct Dimension: Sendable {
  /// The table's name, and its alias in recipes.
  let name: String
  /// The number of rows. The number of a row is its key.
  let rowCount: Int
  /// The columns, in order.
  let columns: [(name: String, expression: String)]

  var columnNames: Set<String> { Set(columns.map(\.name)) }

  /// A SELECT of all rows; `n` is the key.
  var select: String {
    let list = columns.map { "\($0.expression) AS \(SQLText.name($0.name))" }
    return "SELECT CAST(n AS INTEGER) AS n, \(list.joined(separator: ", ")) FROM range(\(rowCount)) rows(n)"
  }

  var createStatement: String { "CREATE TABLE \(name) AS \(select)" }

  /// The word of a list at a row's number, as a SQL expression.
  static func word(_ words: [String], at index: String = "n") -> String {
    "\(SQLText.list(words))[1 + (\(index)) % \(words.count)]"
  }
}
