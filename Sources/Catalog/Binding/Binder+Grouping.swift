import AMCSQL

extension Binder {
  /// The expressions of GROUP BY, with ordinals and aliases replaced by what they name.
  mutating func groupKeys(_ syntax: Select, _ items: SelectItems, in scope: Scope) throws(Diagnostic)
    -> [BoundExpression]
  {
    var keys: [BoundExpression] = []
    for key in syntax.groupBy {
      let bound = try groupKey(key, items, in: scope)
      if !keys.contains(bound) { keys.append(bound) }
    }
    return keys
  }

  private mutating func groupKey(_ key: Expression, _ items: SelectItems, in scope: Scope) throws(Diagnostic)
    -> BoundExpression
  {
    let clause = Clause(name: "GROUP BY", aggregates: .refused, windows: .refused)
    switch key.kind {
    case .literal(.number(let digits)):
      guard let ordinal = Int(digits), (1...items.list.count).contains(ordinal) else {
        throw Diagnostic(
          .invalidGrouping, "GROUP BY \(digits) names no column: there are \(items.list.count) in SELECT.", at: key.span
        )
      }
      return try plainKey(items.list[ordinal - 1].expression, at: key.span)
    case .name(let name) where name.parts.count == 1:
      if let index = items.indexByName[name.text.lowercased()] {
        let item = items.list[index].expression
        if !containsAggregate(item) { return item }
        if case .one = scope.match(name.text) { return try expression(key, in: scope, clause) }
        return try plainKey(item, at: key.span)
      }
      return try expression(key, in: scope, clause)
    case .literal, .name, .unary, .binary, .logical, .isNull, .isTruth, .between, .like, .similar, .inList, .inQuery,
      .exists, .scalarQuery, .case, .cast, .call, .array, .element, .field:
      return try expression(key, in: scope, clause)
    }
  }

  private func plainKey(_ expression: BoundExpression, at span: SourceSpan) throws(Diagnostic) -> BoundExpression {
    guard !containsAggregate(expression) else {
      throw Diagnostic(.invalidGrouping, "A group key can't be an aggregate.", at: span)
    }
    return expression
  }

  private func containsAggregate(_ expression: BoundExpression) -> Bool {
    if case .column(let id) = expression.kind { return select.aggregates.contains { $0.column.id == id } }
    return expression.children.contains(where: containsAggregate)
  }

  /// The window functions in group keys, separated from those that are computed over groups: AMC computes them over the
  /// rows, before there are groups.
  mutating func takeWindows(of keys: [BoundExpression]) throws(Diagnostic) -> [Relation.Window.Call] {
    guard !select.windows.isEmpty else { return [] }
    var used: Set<ColumnID> = []
    func collect(_ expression: BoundExpression) {
      if case .column(let id) = expression.kind { used.insert(id) }
      expression.children.forEach(collect)
    }
    keys.forEach(collect)
    let taken = select.windows.filter { used.contains($0.column.id) }
    let parts = { (call: Relation.Window.Call) in
      call.arguments + call.partitionBy + call.orderBy.map(\.expression) + (call.filter.map { [$0] } ?? [])
    }
    for call in taken where parts(call).contains(where: containsAggregate) {
      throw Diagnostic(
        .invalidGrouping, "A window function of an aggregate can't be a group key.", at: call.span,
        hint: "Compute it in a subquery and group outside of it.")
    }
    select.windows.removeAll { used.contains($0.column.id) }
    return taken
  }

  /// Puts the aggregation above `relation`, and rewrites the expressions above it in terms of keys and aggregates.
  mutating func group(
    _ relation: Relation, by keys: [BoundExpression], _ items: inout SelectItems, _ having: inout BoundExpression?,
    at span: SourceSpan
  ) throws(Diagnostic) -> Relation {
    let keyItems = keys.enumerated().map { index, key in
      Relation.Project.Item(column: newColumn(keyName(key, index, items), key.type), expression: key)
    }
    var lift = GroupingLift(keys: keyItems, outerScopes: outerScopes.map(\.scope))
    lift.allowed.formUnion(select.aggregates.map(\.column.id))
    lift.allowed.formUnion(select.windows.map(\.column.id))
    for index in items.list.indices { items.list[index].expression = try lift.lift(items.list[index].expression) }
    if let condition = having { having = try lift.lift(condition) }
    for index in select.windows.indices { select.windows[index] = try lift.lift(select.windows[index]) }
    return .aggregate(.init(input: relation, keys: keyItems, calls: select.aggregates, span: span))
  }

  private func keyName(_ key: BoundExpression, _ index: Int, _ items: SelectItems) -> String {
    items.list.first { $0.expression == key }?.name ?? "KEY$\(index)"
  }
}

/// Rewrites expressions over the rows into expressions over their groups.
struct GroupingLift {
  var keys: [Relation.Project.Item]
  /// Columns that exist above the aggregation.
  var allowed: Set<ColumnID> = []
  /// The scopes of the queries around this one. Their columns are the same for all rows of a group.
  var outerScopes: [Scope] = []

  func lift(_ expression: BoundExpression) throws(Diagnostic) -> BoundExpression {
    if let key = keys.first(where: { $0.expression == expression }) {
      return BoundExpression(.column(key.column.id), type: key.column.type, at: expression.span)
    }
    if case .column(let id) = expression.kind, !allowed.contains(id), !isOuter(id) {
      throw Diagnostic(
        .invalidGrouping, "This column is neither grouped nor aggregated.", at: expression.span,
        hint: "Add it to GROUP BY, or put it into an aggregate such as MAX(…).")
    }
    if let subquery = expression.subquery, !subquery.outerColumns.isEmpty {
      let lifted = try expression.mapChildren { child throws(Diagnostic) in try lift(child) }
      return lifted.replacing(try keyColumns(of: subquery, at: expression.span))
    }
    return try expression.mapChildren { child throws(Diagnostic) in try lift(child) }
  }

  private func isOuter(_ id: ColumnID) -> Bool { outerScopes.contains { $0.contains(id) } }

  /// The columns above the aggregation for those of the rows that a subquery reads. They have to be group keys.
  private func keyColumns(of subquery: BoundExpression.Subquery, at span: SourceSpan) throws(Diagnostic)
    -> [ColumnID: ColumnID]
  {
    var columns: [ColumnID: ColumnID] = [:]
    for key in keys {
      if case .column(let id) = key.expression.kind { columns[id] = key.column.id }
    }
    guard subquery.outerColumns.subtracting(columns.keys).allSatisfy(isOuter) else {
      throw Diagnostic(
        .invalidGrouping, "This subquery reads a column that is neither grouped nor aggregated.", at: span,
        hint: "Add it to GROUP BY.")
    }
    return columns
  }

  func lift(_ call: Relation.Window.Call) throws(Diagnostic) -> Relation.Window.Call {
    var result = call
    result.arguments = try lift(call.arguments)
    if let filter = call.filter { result.filter = try lift(filter) }
    result.partitionBy = try lift(call.partitionBy)
    for index in call.orderBy.indices { result.orderBy[index].expression = try lift(call.orderBy[index].expression) }
    return result
  }

  private func lift(_ list: [BoundExpression]) throws(Diagnostic) -> [BoundExpression] {
    var result: [BoundExpression] = []
    for item in list { result.append(try lift(item)) }
    return result
  }
}
