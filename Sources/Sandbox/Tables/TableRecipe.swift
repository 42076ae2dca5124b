import Catalog
import Dialects
import Warehouse

/// How the wide rows of a table follow from the compact facts of a day.
struct TableRecipe: Sendable {
  /// Columns by name, each an expression over the recipe's relation.
  typealias Columns = [String: String]

  let source: DataSource
  /// What stands after FROM: the facts as `e`, and the dimensions under their names.
  let relation: String
  /// What to sort by, where the relation does not keep the order of the facts: where it has rows without a match in a
  /// dimension, or with several.
  let order: String?
  /// The expression of every column, in the catalogue's order.
  private let expressions: [(column: Column, expression: String)]

  /// Makes a recipe. `own` columns are the table's alone and must all be in the catalogue; of those that `dimensions`
  /// and `shared` give, the table takes what it has. Throws `SandboxRecipeError` unless exactly the catalogue's columns
  /// come out.
  init(
    _ source: DataSource, from relation: String, own: Columns, shared: [Columns] = [], dimensions: [Dimension] = [],
    order: String? = nil
  ) throws(SandboxRecipeError) {
    var all = own
    for columns in shared {
      all.merge(columns) { first, _ in first }
    }
    for dimension in dimensions {
      for name in dimension.columnNames where all[name] == nil {
        all[name] = "\(dimension.name).\(SQLText.name(name))"
      }
    }
    let missing = source.columns.map(\.name).filter { all[$0] == nil }
    let unknown = own.keys.filter { source.column(named: $0) == nil }
    guard missing.isEmpty, unknown.isEmpty else {
      throw SandboxRecipeError(table: source.name, missing: missing, unknown: unknown.sorted())
    }
    self.source = source
    self.relation = relation
    self.order = order
    expressions = source.columns.compactMap { column in all[column.name].map { (column, $0) } }
  }

  /// The rows, those of a user side by side; `condition` chooses among them.
  func select(where condition: String? = nil) -> String {
    let list = expressions.map { column, expression in
      "CAST(\(expression) AS \(DuckDBTypeNames.name(of: column.type))) AS \(SQLText.name(column.name))"
    }
    let choice = condition.map { " WHERE \($0)" } ?? ""
    return "SELECT \(list.joined(separator: ", ")) FROM \(relation)\(choice)\(order.map { " ORDER BY \($0)" } ?? "")"
  }
}

/// A table whose recipe does not make its columns: the catalogue has changed, and the recipe has not.
public struct SandboxRecipeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The stable name of this failure.
  public let code = "sandbox_recipe"
  /// The table.
  public let table: String
  /// Columns of the catalogue without an expression.
  public let missing: [String]
  /// Expressions for columns that the catalogue does not have.
  public let unknown: [String]

  /// Code, table and columns.
  public var description: String {
    "\(code): \(table): no expression for \(missing), no column for \(unknown)"
  }
}
