package import AMCSQL

/// Makes nodes for rewritten relations, with column ids that the query does not have yet.
package struct RelationBuilder {
  private var nextNumber: Int
  private var nextSubquery = -1

  package init(for query: BoundQuery) { nextNumber = query.nextColumnNumber }

  /// The first number that no column has yet.
  package var nextColumnNumber: Int { nextNumber }

  package mutating func column(_ name: String, _ type: SQLType) -> RelationColumn {
    defer { nextNumber += 1 }
    return RelationColumn(id: ColumnID(nextNumber), name: name, type: type)
  }

  /// A scan of all columns of a data source, under new ids.
  package mutating func scan(_ source: DataSource, at span: SourceSpan) -> Relation.Scan {
    let first = nextNumber
    let columns = source.columns.map { column($0.name, $0.type) }
    return Relation.Scan(source: source, columns: columns, window: nil, span: span, firstColumnNumber: first)
  }

  /// Rows of constants, under new ids.
  package mutating func values(
    _ rows: [[BoundExpression]], _ columns: [(name: String, type: SQLType)], at span: SourceSpan
  ) -> Relation {
    .values(.init(rows: rows, columns: columns.map { column($0.name, $0.type) }, span: span))
  }

  package mutating func subquery(_ relation: Relation) -> BoundExpression.Subquery {
    defer { nextSubquery -= 1 }  // below zero, so that none is one of the query's own
    return .init(number: nextSubquery, relation: relation, outerColumns: [])
  }

  /// A function of the catalogue that rewriting needs.
  package static func function(_ name: String) -> FunctionSignature {
    guard let function = Catalogue.standard.function(named: name) else {
      preconditionFailure("the catalogue has no function \(name)")
    }
    return function
  }
}

extension BoundExpression {
  package static func column(_ column: RelationColumn, at span: SourceSpan) -> BoundExpression {
    BoundExpression(.column(column.id), type: column.type, at: span)
  }

  package static func number(_ value: Int, at span: SourceSpan) -> BoundExpression {
    BoundExpression(.literal(.number(String(value))), type: .bigint, at: span)
  }

  package static func double(_ digits: String, at span: SourceSpan) -> BoundExpression {
    BoundExpression(.literal(.number(digits)), type: .double, at: span)
  }

  package static func text(_ value: String, at span: SourceSpan) -> BoundExpression {
    BoundExpression(.literal(.string(value)), type: .string, at: span)
  }

  package static func null(_ type: SQLType, at span: SourceSpan) -> BoundExpression {
    BoundExpression(.literal(.null), type: type, at: span)
  }

  package static func all(_ conditions: [BoundExpression], at span: SourceSpan) -> BoundExpression {
    conditions.count == 1 ? conditions[0] : BoundExpression(.logical(.and, conditions), type: .boolean, at: span)
  }

  package static func any(_ conditions: [BoundExpression], at span: SourceSpan) -> BoundExpression {
    conditions.count == 1 ? conditions[0] : BoundExpression(.logical(.or, conditions), type: .boolean, at: span)
  }

  package func compared(_ sign: ComparisonOperator, _ other: BoundExpression) -> BoundExpression {
    BoundExpression(.compare(sign, self, other), type: .boolean, at: span)
  }

  /// The result of arithmetic with another number.
  package func computed(_ sign: ArithmeticOperator, _ other: BoundExpression, as type: SQLType) -> BoundExpression {
    BoundExpression(.arithmetic(sign, self, other), type: type, at: span)
  }

  package func asDouble() -> BoundExpression {
    type == .double ? self : BoundExpression(.cast(self), type: .double, at: span)
  }
}

extension BoundExpression {
  /// The columns that the expression reads; of queries inside it, those of the queries around them.
  package var columnsInUse: Set<ColumnID> {
    var result: Set<ColumnID> = subquery?.outerColumns ?? []
    if case .column(let id) = kind { result.insert(id) }
    forEachChild { result.formUnion($0.columnsInUse) }
    return result
  }

  /// The parts that must all be true: the operands of AND, or the whole expression.
  package var conjuncts: [BoundExpression] {
    if case .logical(.and, let parts) = kind { return parts.flatMap(\.conjuncts) }
    return [self]
  }

  /// Whether there is a query in the expression, at any depth.
  package var hasSubquery: Bool {
    if subquery != nil { return true }
    var found = false
    forEachChild { if !found { found = $0.hasSubquery } }
    return found
  }

  /// Whether the expression gives another value each time.
  package var isVolatile: Bool {
    // Only a function without arguments can give another value each time.
    if case .call(let function, let arguments) = kind, arguments.isEmpty,
      function.name == "RANDOM" || function.name == "UUID"
    {
      return true
    }
    var found = false
    forEachChild { if !found { found = $0.isVolatile } }
    return found
  }
}

extension Relation.Window.Call {
  /// A rank, which has no arguments and no frame.
  package init(
    column: RelationColumn, function: FunctionSignature, partitionBy: [BoundExpression],
    orderBy: [Relation.Window.Order],
    span: SourceSpan
  ) {
    self.init(
      column: column, function: function, arguments: [], isDistinct: false, filter: nil, partitionBy: partitionBy,
      orderBy: orderBy, frame: nil, span: span)
  }
}

extension Relation.Window.Call {
  /// An aggregate of a value over all rows with the same keys.
  package init(
    column: RelationColumn, _ function: String, of value: BoundExpression, by keys: [BoundExpression],
    at span: SourceSpan
  ) {
    self.init(
      column: column, function: RelationBuilder.function(function), arguments: [value], isDistinct: false,
      filter: nil, partitionBy: keys, orderBy: [], frame: nil, span: span)
  }
}

extension Relation.Window.Order {
  package init(_ expression: BoundExpression, isDescending: Bool, nullsFirst: Bool) {
    self.init(expression: expression, isDescending: isDescending, nullsFirst: nullsFirst)
  }
}
