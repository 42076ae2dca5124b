import AMCSQL
import struct Foundation.Date

extension Binder {
  /// The relation of FROM, and the names that it brings.
  mutating func from(_ parts: [TableExpression]) throws(Diagnostic) -> (Relation, Scope) {
    var (relation, scope) = try table(parts[0])
    for part in parts.dropFirst() {
      let (right, rightScope) = try table(part)
      relation = .join(.init(kind: .cross, left: relation, right: right, condition: nil))
      scope = try joined(scope, rightScope, at: part.span)
    }
    return (relation, scope)
  }

  private func joined(_ left: Scope, _ right: Scope, at span: SourceSpan) throws(Diagnostic) -> Scope {
    let names = Set(left.tables.compactMap(\.name))
    for table in right.tables {
      if let name = table.name, names.contains(name) {
        throw Diagnostic(
          .duplicateName, "Two tables are named \(quoted(name)) here.", at: span, hint: "Give one of them an alias.")
      }
    }
    return left.joined(with: right)
  }

  private mutating func table(_ table: TableExpression) throws(Diagnostic) -> (Relation, Scope) {
    switch table {
    case .table(let name, let alias): return try namedTable(name, alias)
    case .extendedTimeWindow(let extended, let alias): return try extendedTable(extended, alias)
    case .subquery(let query, let alias, let span): return try subquery(query, alias, at: span)
    case .join(let join): return try bindJoin(join)
    case .nested(let inner, _): return try self.table(inner)
    }
  }

  private mutating func subquery(_ query: Query, _ alias: TableAlias?, at span: SourceSpan) throws(Diagnostic)
    -> (Relation, Scope)
  {
    let outer = outerScopes
    outerScopes = []
    defer { outerScopes = outer }
    var (relation, _) = try isolated { binder throws(Diagnostic) in try binder.query(query) }
    if let alias { relation = try renamed(relation, to: alias.columns, of: alias.name) }
    return (relation, Scope(tables: [.init(name: alias?.name.name, columns: relation.columns)]))
  }

  private mutating func namedTable(_ name: QualifiedName, _ alias: TableAlias?) throws(Diagnostic) -> (Relation, Scope)
  {
    if name.parts.count == 1, let common = visibleCTE(named: name.text) {
      let columns = common.columns.map { newColumn($0.name, $0.type) }
      let reference = Relation.CTEReference(
        id: common.id, columns: columns, originals: common.columns.map(\.id), span: name.span)
      return try aliased(.cte(reference), columns, alias, default: name.text)
    }
    guard name.parts.count == 1, let source = context.catalogue.dataSource(named: name.text) else {
      throw unknownTable(name.text, at: name.span)
    }
    return try scan(source, window: context.timeWindow, alias, at: name.span)
  }

  private func visibleCTE(named name: String) -> VisibleCTE? {
    let lower = name.lowercased()
    for scope in commonScopes.reversed() {
      if let common = scope[lower] { return common }
    }
    return nil
  }

  private func unknownTable(_ name: String, at span: SourceSpan) -> Diagnostic {
    if context.catalogue.isLegacyDataSet(name) {
      return Diagnostic(
        .legacyDataSet, "\(quoted(name)) was uploaded with version 1 of advertiser data upload and can't be queried.",
        at: span, hint: "Delete it, and upload the data again to a data set with another name.")
    }
    let known = context.catalogue.dataSources.map(\.name) + commonScopes.flatMap(\.keys)
    return Diagnostic(
      .unknownTable, "There is no table \(quoted(name)).", at: span, hint: Suggestion.hint(for: name, among: known))
  }

  private mutating func scan(
    _ source: DataSource, window: TimeWindow?, _ alias: TableAlias?, at span: SourceSpan
  ) throws(Diagnostic) -> (Relation, Scope) {
    try checkSubscription(for: source, at: span)
    let first = nextNumber
    nextNumber += source.columns.count
    let scan = Relation.Scan(
      source: source, columns: [], window: source.eventTimeColumn == nil ? nil : window.map { arrived($0, of: source) },
      rowFilter: context.advertisers.flatMap(source.rowFilter), span: span, firstColumnNumber: first)
    var table = Scope.Table(name: alias?.name.name ?? source.name, source: source, firstNumber: first)
    if alias != nil { table.original = source.name.lowercased() }
    if let alias, !alias.columns.isEmpty {
      throw Diagnostic(
        .notSupportedInAMC, "The columns of a data source can't be renamed here.", at: alias.span,
        hint: "Rename them in SELECT with AS.")
    }
    return (.scan(scan), Scope(tables: [table]))
  }

  /// The part of a window whose signals have arrived. An advertiser's own rows are there as soon as they are uploaded.
  private func arrived(_ window: TimeWindow, of source: DataSource) -> TimeWindow {
    guard let end = context.signalsEnd, source.storedRows == nil else { return window }
    return TimeWindow(start: window.start, end: max(window.start, min(window.end, end)))
  }

  private func checkSubscription(for source: DataSource, at span: SourceSpan) throws(Diagnostic) {
    guard let feature = context.catalogue.missingFeature(for: source) else { return }
    throw Diagnostic(
      .subscriptionRequired,
      "\(quoted(source.name)) is part of the paid feature \(feature.title), which this instance has not subscribed to.",
      at: span,
      hint: "An administrator subscribes with `adyton admin feature subscribe --instance INSTANCE "
        + "--feature \(feature.name)`.")
  }

  private func aliased(
    _ relation: Relation, _ columns: [RelationColumn], _ alias: TableAlias?, default name: String
  ) throws(Diagnostic) -> (Relation, Scope) {
    var named = columns
    if let alias, !alias.columns.isEmpty {
      guard alias.columns.count == columns.count else {
        throw Diagnostic(
          .columnCountMismatch,
          "\(quoted(alias.name.name)) names \(alias.columns.count) columns, the table has \(columns.count).",
          at: alias.span)
      }
      for index in named.indices { named[index].name = alias.columns[index].name }
    }
    var table = Scope.Table(name: alias?.name.name ?? name, columns: named)
    if alias != nil { table.original = name.lowercased() }
    return (relation, Scope(tables: [table]))
  }

  // MARK: EXTEND_TIME_WINDOW

  /// The longest extension of a time window in either direction: five years of 366 days.
  static let extensionSecondsMax: Int64 = 5 * 366 * 86_400

  private mutating func extendedTable(_ extended: ExtendedTimeWindow, _ alias: TableAlias?) throws(Diagnostic)
    -> (Relation, Scope)
  {
    guard let source = context.catalogue.dataSource(named: extended.table.name) else {
      throw unknownTable(extended.table.name, at: extended.table.span)
    }
    try checkSubscription(for: source, at: extended.table.span)
    guard source.eventTimeColumn != nil else {
      throw Diagnostic(
        .invalidTimeWindow, "\(quoted(source.name)) has no event time, so that no time window applies to it.",
        at: extended.table.span, hint: "Name the table without EXTEND_TIME_WINDOW.")
    }
    let before = try duration(extended.before, at: extended.beforeSpan)
    let after = try duration(extended.after, at: extended.afterSpan)
    let window = context.timeWindow.map {
      TimeWindow(
        start: $0.start.addingTimeInterval(-Double(before)), end: $0.end.addingTimeInterval(Double(after)))
    }
    return try scan(source, window: window, alias, at: extended.span)
  }

  private func duration(_ text: String, at span: SourceSpan) throws(Diagnostic) -> Int64 {
    guard let seconds = TimeText.durationSeconds(text) else {
      throw Diagnostic(
        .invalidTimeWindow, "This is not a duration.", at: span,
        hint: "Durations are ISO 8601 with weeks, days, hours, minutes or seconds: 'P14D', 'PT6H', 'P1DT12H'.")
    }
    guard seconds <= Self.extensionSecondsMax else {
      throw Diagnostic(
        .invalidTimeWindow, "A time window is extended by at most \(Self.extensionSecondsMax / 86_400) days.", at: span)
    }
    return seconds
  }

  // MARK: JOIN

  private mutating func bindJoin(_ join: Join) throws(Diagnostic) -> (Relation, Scope) {
    let (left, leftScope) = try table(join.left)
    let (right, rightScope) = try table(join.right)
    var scope = try joined(leftScope, rightScope, at: join.right.span)
    switch join.condition {
    case nil:
      return (.join(.init(kind: join.kind, left: left, right: right, condition: nil)), scope)
    case .on(let condition):
      let clause = Clause(name: "ON", aggregates: .refused, windows: .refused)
      let bound = try self.condition(condition, in: scope, clause)
      return (.join(.init(kind: join.kind, left: left, right: right, condition: bound)), scope)
    case .using(let names):
      return try joinUsing(names, join, left, leftScope, right, rightScope, &scope)
    }
  }

  private mutating func joinUsing(
    _ names: [Identifier], _ join: Join, _ left: Relation, _ leftScope: Scope, _ right: Relation,
    _ rightScope: Scope, _ scope: inout Scope
  ) throws(Diagnostic) -> (Relation, Scope) {
    var conditions: [BoundExpression] = []
    var pairs: [(Identifier, BoundExpression, BoundExpression)] = []
    for name in names {
      let a = try column(name.name, in: leftScope, at: name.span)
      let b = try column(name.name, in: rightScope, at: name.span)
      conditions.append(try comparison(.equal, a, b, at: name.span))
      pairs.append((name, a, b))
    }
    let span = join.right.span
    let condition =
      conditions.count == 1 ? conditions[0] : BoundExpression(.logical(.and, conditions), type: .boolean, at: span)
    let relation = Relation.join(.init(kind: join.kind, left: left, right: right, condition: condition))
    guard join.kind == .full else {
      for (name, a, _) in pairs {
        if case .column(let id) = a.kind {
          scope.merged[name.name.lowercased()] = RelationColumn(id: id, name: name.name, type: a.type)
        }
      }
      return (relation, scope)
    }
    // A full join has rows from either side. The joined column is that of the side that exists.
    var items = relation.columnsOfScope(scope).map { column in
      Relation.Project.Item(
        column: column, expression: BoundExpression(.column(column.id), type: column.type, at: span))
    }
    for (name, a, b) in pairs {
      let both = try coalesce([a, b], at: name.span)
      let column = newColumn(name.name, both.type)
      items.append(.init(column: column, expression: both))
      scope.merged[name.name.lowercased()] = column
    }
    return (.project(.init(input: relation, items: items)), scope)
  }
}

extension Relation {
  /// All columns that a scope over this relation can name.
  fileprivate func columnsOfScope(_ scope: Scope) -> [RelationColumn] { scope.tables.flatMap(\.columns) }
}
