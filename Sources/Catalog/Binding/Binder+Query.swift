import AMCSQL

extension Binder {
  /// Binds a query.
  ///
  /// - Returns: The relation, and the position of each of its columns in the text.
  mutating func query(_ query: Query) throws(Diagnostic) -> (Relation, [SourceSpan]) {
    commonScopes.append([:])
    defer { commonScopes.removeLast() }
    for common in query.with { try bindCTE(common) }
    return try body(query.body)
  }

  private mutating func bindCTE(_ common: CommonTableExpression) throws(Diagnostic) {
    let name = common.name.name.lowercased()
    guard commonScopes[commonScopes.count - 1][name] == nil else {
      throw Diagnostic(.duplicateName, "WITH names \(quoted(common.name.name)) twice.", at: common.name.span)
    }
    // A WITH query is independent: it does not see the columns around its position in the text.
    let outer = outerScopes
    outerScopes = []
    defer { outerScopes = outer }
    var (relation, _) = try query(common.query)
    relation = try renamed(relation, to: common.columns, of: common.name)
    let id = CTEID(ctes.count)
    ctes.append(.init(id: id, name: common.name.name, relation: relation, span: common.name.span))
    commonScopes[commonScopes.count - 1][name] = VisibleCTE(id: id, columns: relation.columns)
  }

  /// The relation with the column names of an alias or of WITH.
  func renamed(_ relation: Relation, to names: [Identifier], of owner: Identifier) throws(Diagnostic) -> Relation {
    guard !names.isEmpty else { return relation }
    let columns = relation.columns
    guard names.count == columns.count else {
      throw Diagnostic(
        .columnCountMismatch,
        "\(quoted(owner.name)) names \(names.count) columns, its query has \(columns.count).", at: owner.span)
    }
    switch relation {
    case .values(var values):
      for (index, name) in names.enumerated() { values.columns[index].name = name.name }
      return .values(values)
    case .project(var project):
      for (index, name) in names.enumerated() { project.items[index].column.name = name.name }
      return .project(project)
    case .union(var union):
      for (index, name) in names.enumerated() { union.columns[index].name = name.name }
      return .union(union)
    case .aggregate(var aggregate) where aggregate.calls.isEmpty:
      for (index, name) in names.enumerated() { aggregate.keys[index].column.name = name.name }
      return .aggregate(aggregate)
    case .scan, .filter, .join, .aggregate, .window, .explode, .cte:
      preconditionFailure("a query ends in a projection, values, a union or DISTINCT")
    }
  }

  private mutating func body(_ body: QueryBody) throws(Diagnostic) -> (Relation, [SourceSpan]) {
    switch body {
    case .select(let select): return try bindSelect(select)
    case .values(let rows, let span): return try values(rows, at: span)
    case .nested(let query): return try self.query(query)
    case .union(let first, let rest, let span): return try union(first, rest, at: span)
    }
  }

  private mutating func values(_ rows: [[Expression]], at span: SourceSpan) throws(Diagnostic)
    -> (Relation, [SourceSpan])
  {
    let clause = Clause(name: "VALUES", aggregates: .refused, windows: .refused)
    var bound: [[BoundExpression]] = []
    for row in rows {
      var items: [BoundExpression] = []
      for value in row { items.append(try expression(value, in: Scope(), clause)) }
      bound.append(items)
    }
    var columns: [RelationColumn] = []
    for index in bound[0].indices {
      let type = try commonType(of: bound.map { $0[index] }, "the rows of VALUES")
      for row in bound.indices { bound[row][index] = try coerce(bound[row][index], to: type) }
      columns.append(newColumn("EXPR$\(index)", type))
    }
    return (.values(.init(rows: bound, columns: columns, span: span)), rows[0].map(\.span))
  }

  private mutating func union(_ first: QueryBody, _ rest: [UnionBranch], at span: SourceSpan) throws(Diagnostic)
    -> (Relation, [SourceSpan])
  {
    var (result, spans) = try body(first)
    var index = 0
    while index < rest.count {
      // Branches of the same kind that follow one another are one union.
      let isAll = rest[index].isAll
      var inputs = [result]
      while index < rest.count, rest[index].isAll == isAll {
        let (next, nextSpans) = try body(rest[index].body)
        guard nextSpans.count == spans.count else {
          throw Diagnostic(
            .columnCountMismatch,
            "This part of the UNION has \(nextSpans.count) columns, the first one has \(spans.count).",
            at: nextSpans.first ?? span)
        }
        inputs.append(next)
        index += 1
      }
      result = try unionRelation(inputs, isAll: isAll, spans: spans, at: span)
    }
    return (result, spans)
  }

  private mutating func unionRelation(
    _ inputs: [Relation], isAll: Bool, spans: [SourceSpan], at span: SourceSpan
  ) throws(Diagnostic) -> Relation {
    let names = inputs[0].columns.map(\.name)
    var types: [SQLType] = []
    for index in names.indices {
      var type = inputs[0].columns[index].type
      for input in inputs.dropFirst() {
        let other = input.columns[index].type
        guard let common = SQLType.common(type, other) else {
          throw Diagnostic(
            .typeMismatch,
            "Column \(index + 1) of this UNION is \(type.description) in one part and \(other.description) in another.",
            at: spans[index], hint: "CAST one of them.")
        }
        type = common
      }
      types.append(type)
    }
    let coerced = inputs.map { coerce($0, to: types, at: span) }
    return .union(
      .init(inputs: coerced, isAll: isAll, columns: zip(names, types).map { newColumn($0, $1) }, span: span))
  }

  /// The relation with its columns cast to `types`.
  private mutating func coerce(_ relation: Relation, to types: [SQLType], at span: SourceSpan) -> Relation {
    guard relation.columns.map(\.type) != types else { return relation }
    var items: [Relation.Project.Item] = []
    for (column, type) in zip(relation.columns, types) {
      let value = BoundExpression(.column(column.id), type: column.type, at: span)
      let cast = column.type == type ? value : BoundExpression(.cast(value), type: type, at: span)
      items.append(.init(column: newColumn(column.name, type), expression: cast))
    }
    return .project(.init(input: relation, items: items))
  }
}
