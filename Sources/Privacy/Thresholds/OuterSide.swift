import Catalog

/// A side of an outer join. Where a row has no partner there, all columns of that side are NULL.
struct OuterSide {
  /// Columns that are NULL where the side is missing.
  var columns: Set<ColumnID>
  /// Columns that are the row's user where the side is there.
  var keys: Set<ColumnID>
}

extension UserRows {
  /// Notes what rows say that a condition left: who asks for a value of a side has only rows with that side, and its
  /// `user_id` is then the row's user (`… LEFT JOIN c ON … WHERE c.purchases > 0 GROUP BY c.user_id`).
  mutating func learn(from condition: BoundExpression) {
    let needed = condition.columnsNeeded
    for side in outerSides where !side.columns.isDisjoint(with: needed) { equal.formUnion(side.keys) }
  }

  /// Notes which columns of a projection are NULL where a side is missing, and the new names of its keys.
  mutating func noteOuterSides(in items: [Relation.Project.Item]) {
    for index in outerSides.indices {
      for item in items {
        if !item.expression.columnsPassingNull.isDisjoint(with: outerSides[index].columns) {
          outerSides[index].columns.insert(item.column.id)
        }
        if case .column(let id) = item.expression.kind, outerSides[index].keys.contains(id) {
          outerSides[index].keys.insert(item.column.id)
        }
      }
    }
  }
}

extension BoundExpression {
  /// Columns that have a value wherever the condition is true. There may be more of them.
  var columnsNeeded: Set<ColumnID> {
    switch kind {
    case .logical(.and, let parts): parts.reduce(into: []) { $0.formUnion($1.columnsNeeded) }
    case .logical(.or, let parts):
      parts.dropFirst().reduce(parts.first?.columnsNeeded ?? []) { $0.intersection($1.columnsNeeded) }
    case .isNull(let value, negated: true): value.columnsPassingNull
    case .isTruth(let condition, true, negated: false): condition.columnsNeeded
    case .isTruth(let condition, false, negated: false): condition.columnsPassingNull
    case .between(let value, let low, let high, negated: false):
      [value, low, high].reduce(into: []) { $0.formUnion($1.columnsPassingNull) }
    case .inRelation(let value, _, negated: false): value.columnsPassingNull
    case .column, .compare, .not, .between, .like, .similar, .inList, .isTruth, .isNull, .inRelation, .literal,
      .parameter, .call, .arithmetic, .negate, .scalarRelation, .exists, .conditional, .cast, .array, .row, .element,
      .field, .trim:
      columnsPassingNull
    }
  }

  /// Functions that are NULL where an argument is.
  private static let functionsPassingNull: Set<String> = ["ABS", "LOWER", "ROUND", "SECONDS_BETWEEN", "UPPER"]

  /// Columns that make the expression NULL by being NULL. There may be more of them.
  var columnsPassingNull: Set<ColumnID> {
    switch kind {
    case .column(let id): [id]
    case .arithmetic(_, let left, let right): left.columnsPassingNull.union(right.columnsPassingNull)
    case .compare(let sign, let left, let right):
      switch sign {
      case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
        left.columnsPassingNull.union(right.columnsPassingNull)
      case .isDistinctFrom, .isNotDistinctFrom: []
      }
    case .negate(let operand), .not(let operand), .cast(let operand): operand.columnsPassingNull
    case .between(let value, _, _, _), .like(let value, _, _, _), .similar(let value, _, _): value.columnsPassingNull
    case .inList(let value, let items, _): items.isEmpty ? [] : value.columnsPassingNull
    case .call(let function, let arguments):
      Self.functionsPassingNull.contains(function.name)
        ? arguments.reduce(into: []) { $0.formUnion($1.columnsPassingNull) } : []
    case .literal, .parameter, .logical, .isNull, .isTruth, .inRelation, .scalarRelation, .exists, .conditional,
      .array, .row, .element, .field, .trim:
      []
    }
  }
}
