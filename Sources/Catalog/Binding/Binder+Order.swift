import AMCSQL

/// A relation with the positions of its columns in the text, and the order of its rows.
struct SortedRelation {
  var relation: Relation
  var spans: [SourceSpan]
  var order: ResultOrder?
}

/// ORDER BY of the whole query. AMC documents none, but its result has to be in some order, so it may be this one.
extension Binder {
  /// Binds the query whose result is shown.
  mutating func finalQuery(_ query: Query) throws(Diagnostic) -> SortedRelation {
    commonScopes.append([:])
    defer { commonScopes.removeLast() }
    for common in query.with { try bindCTE(common) }
    guard let first = query.orderBy.first else {
      if case .nested(let inner) = query.body { return try finalQuery(inner) }
      let (relation, spans) = try body(query.body)
      return SortedRelation(relation: relation, spans: spans, order: nil)
    }
    note("AMC documents no ORDER BY of a query; the result is sorted here.", at: first.expression.span)
    if case .select(let select) = query.body { return try bindSelect(select, orderBy: query.orderBy) }
    let (relation, spans) = try body(query.body)
    return try sorted(relation, spans, by: query.orderBy)
  }

  mutating func note(_ message: String, at span: SourceSpan) {
    notes.append(Diagnostic(.notSupportedInAMC, message, at: span, severity: .note))
  }

  static func order(
    by indices: [Int], _ items: [OrderItem], _ columns: [RelationColumn], shownCount: Int
  ) -> ResultOrder? {
    guard !items.isEmpty else { return nil }
    return ResultOrder(
      keys: zip(indices, items).map { index, item in
        .init(column: columns[index].id, isDescending: item.isDescending, nullsFirst: item.nullsFirst)
      }, hiddenColumns: Set(columns.dropFirst(shownCount).map(\.id)))
  }

  /// For each key of ORDER BY the index of its column in SELECT. Keys that SELECT does not show are added to its items.
  mutating func orderIndices(
    of orderBy: [OrderItem], _ syntax: Select, _ items: inout SelectItems, in scope: Scope
  ) throws(Diagnostic) -> [Int] {
    let shownCount = items.list.count
    var indices: [Int] = []
    for item in orderBy { indices.append(try orderIndex(of: item.expression, shownCount, &items, in: scope)) }
    if syntax.isDistinct, let index = indices.firstIndex(where: { $0 >= shownCount }) {
      throw Diagnostic(
        .invalidGrouping, "Beside DISTINCT, ORDER BY can name only what SELECT shows.",
        at: orderBy[index].expression.span)
    }
    return indices
  }

  private mutating func orderIndex(
    of key: Expression, _ shownCount: Int, _ items: inout SelectItems, in scope: Scope
  ) throws(Diagnostic) -> Int {
    if let index = try ordinal(key, of: shownCount) { return index }
    if case .name(let name) = key.kind, name.parts.count == 1, let index = items.indexByName[name.text.lowercased()] {
      return index
    }
    // An aggregate that SELECT shows is not computed again.
    let text = Printer.print(key)
    if let index = items.list.firstIndex(where: { $0.syntax.map { Printer.print($0) } == text }) { return index }
    let clause = Clause(name: "ORDER BY", aggregates: .allowed, windows: .allowed, aliases: items.aliases)
    let bound = try expression(key, in: scope, clause)
    if let index = items.list.firstIndex(where: { $0.expression == bound }) { return index }
    items.list.append(.init(name: defaultName(of: key) ?? "ORDER BY", expression: bound, span: key.span))
    return items.list.count - 1
  }

  /// The index of the column that a whole number names.
  private func ordinal(_ key: Expression, of count: Int) throws(Diagnostic) -> Int? {
    guard case .literal(.number(let digits)) = key.kind else { return nil }
    guard let number = Int(digits), (1...count).contains(number) else {
      throw Diagnostic(
        .invalidGrouping, "ORDER BY \(digits) names no column: there are \(count) in SELECT.", at: key.span)
    }
    return number - 1
  }

  /// The rows of UNION or VALUES, whose ORDER BY sees nothing but their columns.
  private mutating func sorted(
    _ relation: Relation, _ spans: [SourceSpan], by orderBy: [OrderItem]
  ) throws(Diagnostic) -> SortedRelation {
    let columns = relation.columns
    let scope = Scope(tables: [.init(name: nil, columns: columns)])
    let clause = Clause(name: "ORDER BY of UNION", aggregates: .refused, windows: .refused)
    var expressions = columns.map { BoundExpression(.column($0.id), type: $0.type, at: orderBy[0].expression.span) }
    var names = columns.map(\.name)
    var spans = spans
    var indices: [Int] = []
    for item in orderBy {
      if let index = try ordinal(item.expression, of: columns.count) {
        indices.append(index)
        continue
      }
      let bound = try expression(item.expression, in: scope, clause)
      let index = expressions.firstIndex(of: bound) ?? expressions.count
      indices.append(index)
      guard index == expressions.count else { continue }
      expressions.append(bound)
      names.append("ORDER BY")
      spans.append(item.expression.span)
    }
    var result = relation
    if expressions.count > columns.count {
      let items = zip(names, expressions).map { name, value in
        Relation.Project.Item(column: newColumn(name, value.type), expression: value)
      }
      result = .project(.init(input: relation, items: items))
    }
    return SortedRelation(
      relation: result, spans: spans,
      order: Self.order(by: indices, orderBy, result.columns, shownCount: columns.count))
  }
}
