import Catalog
import Dialects
import Warehouse

/// The derivation of a table's wide rows from the compact facts of a day.
struct TableRecipe: Sendable {
  /// Columns by name, each an expression over the recipe's relation.
  typealias Columns = [String: String]

  let source: DataSource
  /// The text behind FROM: the facts as `e`, and the dimensions under their names.
  let relation: String
  /// The keys of ORDER BY, if the relation does not keep the order of the facts. It does not if it has rows without a
  /// match in a dimension, or with several.
  let order: String?
  /// The expression of every column, in the catalogue's order.
  private let expressions: [(column: Column, expression: String)]

  /// Makes a recipe.
  ///
  /// - Parameters:
  ///   - own: Columns of this table alone; all of them must be in the catalogue.
  ///   - shared: Columns of which the table takes those that it has.
  ///   - dimensions: Dimensions whose columns the table takes if it has them.
  /// - Throws: `SandboxRecipeError` unless the result is exactly the catalogue's columns.
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

  /// A SELECT of the rows that meet `condition`, those of a user side by side.
  func select(where condition: String? = nil) -> String {
    let list = expressions.map { column, expression in
      "CAST(\(expression) AS \(DuckDBTypeNames.name(of: column.type))) AS \(SQLText.name(column.name))"
    }
    let choice = condition.map { " WHERE \($0)" } ?? ""
    return "SELECT \(list.joined(separator: ", ")) FROM \(relation)\(choice)\(order.map { " ORDER BY \($0)" } ?? "")"
  }
}

/// A recipe that does not make the columns of its table: the catalogue has changed, and the recipe has not.
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
