import AMCSQL
import Catalog

/// The columns of tables that the query itself writes with VALUES, and that say something about each of their codes:
/// `(VALUES ('10115', 'Berlin'), ('80331', 'Munich')) m (code, city)`.
///
/// A HIGH value may be equal to a code in ON: rows that were found so need the users of the class HIGH, as if they
/// showed the value (`UserRows.filteredBy`). A list of codes without a further column is a comparison with literals.
struct MappingTables {
  private var columns: Set<ColumnID> = []

  func contains(_ expression: BoundExpression) -> Bool {
    if case .column(let id) = expression.kind { return columns.contains(id) }
    return false
  }

  /// Notes the columns of a relation whose inputs have been noted.
  mutating func note(_ relation: Relation) {
    switch relation {
    case .values(let values): if values.columns.count > 1 { columns.formUnion(values.columns.map(\.id)) }
    case .project(let project):
      for item in project.items where contains(item.expression) { columns.insert(item.column.id) }
    case .cte(let reference):
      for (column, original) in zip(reference.columns, reference.originals) where columns.contains(original) {
        columns.insert(column.id)
      }
    case .scan, .filter, .join, .aggregate, .window, .union, .explode: break
    }
  }
}

extension BoundExpression {
  /// The text that the expression compares with the empty text; nil where it is no such comparison.
  ///
  /// Blanks around it may be cut off before. Anything else that is done with a text could make it empty because of what
  /// it is.
  var testedForText: BoundExpression? {
    guard case .compare(let sign, let left, let right) = kind, sign == .equal || sign == .notEqual else { return nil }
    func isEmpty(_ operand: BoundExpression) -> Bool { operand.kind == .literal(.string("")) }
    let operand: BoundExpression
    if isEmpty(right) { operand = left } else if isEmpty(left) { operand = right } else { return nil }
    switch operand.kind {
    case .column: return operand
    case .trim(_, let value, let characters):
      guard case .column = value.kind, characters.kind == .literal(.string(" ")) else { return nil }
      return value
    case .literal, .parameter, .call, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth, .between,
      .like, .similar, .inList, .inRelation, .scalarRelation, .exists, .conditional, .cast, .array, .row, .element,
      .field:
      return nil
    }
  }
}
