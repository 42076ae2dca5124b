extension BoundExpression {
  /// The same expression over other columns, also in queries inside it.
  func replacing(_ columns: [ColumnID: ColumnID]) -> BoundExpression {
    var result = mapChildren { $0.replacing(columns) }
    switch result.kind {
    case .column(let id):
      if let new = columns[id] { result.kind = .column(new) }
    case .inRelation(let value, let subquery, let negated):
      result.kind = .inRelation(value, subquery.replacing(columns), negated: negated)
    case .scalarRelation(let subquery): result.kind = .scalarRelation(subquery.replacing(columns))
    case .exists(let subquery): result.kind = .exists(subquery.replacing(columns))
    case .literal, .parameter, .call, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth, .between,
      .like, .similar, .inList, .conditional, .cast, .array, .row, .element, .field, .trim:
      break
    }
    return result
  }
}

extension BoundExpression.Subquery {
  func replacing(_ columns: [ColumnID: ColumnID]) -> Self {
    guard !outerColumns.isDisjoint(with: columns.keys) else { return self }
    let relation = relation.map { node in node.mapExpressions { $0.replacing(columns) } }
    return Self(number: number, relation: relation, outerColumns: Set(outerColumns.map { columns[$0] ?? $0 }))
  }
}

extension BoundExpression {
  /// The most tiles of an NTILE.
  static let tileCountMax = 1_000

  /// The number of tiles that the argument of NTILE asks for; nil if it is none. A parameter without a value asks for
  /// one.
  package var tileCount: Int? {
    switch kind {
    case .literal(.number(let digits)), .parameter(_, .number(let digits)):
      Int(digits).flatMap { (1...Self.tileCountMax).contains($0) ? $0 : nil }
    case .parameter(_, .null): 1
    case .literal, .parameter, .column, .call, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth,
      .between, .like, .similar, .inList, .inRelation, .scalarRelation, .exists, .conditional, .cast, .array, .row,
      .element, .field, .trim:
      nil
    }
  }
}
