import Catalog

/// The bounds of the values in a query's columns, and of what one user's rows add to the sum of a column, as far as the
/// catalogue and the text of the query tell them. Data is never looked at, so that neither noise nor the place where
/// parts are cut off tells anything.
///
/// A table of an advertiser's own has no bounds: what it holds, the writer of the query may have chosen.
struct ColumnBounds {
  /// The bounds of a single value. A column that is missing may have any.
  private(set) var values: [ColumnID: Interval] = [:]
  /// The bounds of the sum over all rows of one user in one group, where more is known than follows from the values.
  private(set) var parts: [ColumnID: Interval] = [:]
  private var rowsByCTE: [CTEID: Double] = [:]

  /// Of no query: nothing has bounds.
  init() {}

  init(_ query: BoundQuery) {
    for common in query.ctes { note(common.id, rows: collect(common.relation, isOfOneUser: false)) }
    _ = collect(query.body, isOfOneUser: false)
  }

  /// Notes how many rows of one user a WITH query has in one group.
  mutating func note(_ id: CTEID, rows: Double) { rowsByCTE[id] = rows }

  /// Notes a column whose values are those of another one.
  mutating func note(_ column: ColumnID, as other: ColumnID) {
    values[column] = values[other]
    parts[column] = parts[other]
  }

  // MARK: Rows

  /// How many rows one user has in a group of the relation. A join brings together what belongs together: it is taken
  /// to have as many rows as the larger side. What a user has beyond is cut off.
  func rows(of relation: Relation) -> Double {
    switch relation {
    case .scan(let scan): scan.source.contributionBounds.rows
    case .values: 1
    case .project, .filter, .window, .explode: relation.inputs.map { rows(of: $0) }.max() ?? 1
    case .join(let join): max(rows(of: join.left), rows(of: join.right))
    case .aggregate(let aggregate): Self.rows(of: aggregate, from: rows(of: aggregate.input))
    case .union(let union): union.inputs.reduce(0) { $0 + rows(of: $1) }
    case .cte(let reference): rowsByCTE[reference.id] ?? 1
    }
  }

  private static func rows(of aggregate: Relation.Aggregate, from rows: Double) -> Double {
    let isByMore = aggregate.keys.contains { $0.expression.type != .userKey }
    return isByMore && isByUser(aggregate) ? rows : 1
  }

  /// Whether each row of the aggregation is of one user.
  private static func isByUser(_ aggregate: Relation.Aggregate) -> Bool {
    aggregate.keys.contains { $0.expression.type == .userKey }
  }

  // MARK: Columns

  /// Notes the columns of a relation and of all below it; returns the number of rows of one user.
  ///
  /// - Parameter isOfOneUser: Whether all rows are of one user in any case, in a subquery about the row around it.
  private mutating func collect(_ relation: Relation, isOfOneUser: Bool) -> Double {
    let inputs = relation.inputs.map { collect($0, isOfOneUser: isOfOneUser) }
    for expression in relation.expressions { collectQueries(in: expression) }
    let rows = inputs.max() ?? 1
    switch relation {
    case .scan(let scan): return collect(scan)
    case .values(let values):
      for (index, column) in values.columns.enumerated() {
        let all = values.rows.map { value(of: $0[index]) }
        self.values[column.id] = Interval.hull(of: all) ?? .everything
      }
    case .project(let project): for item in project.items { note(item, rows: rows) }
    case .filter, .join, .explode: break
    case .aggregate(let aggregate):
      for key in aggregate.keys { note(key, rows: rows) }
      if isOfOneUser || Self.isByUser(aggregate) {
        for call in aggregate.calls { note(call.column.id, call.function.name, call.arguments, rows: rows) }
      }
      return Self.rows(of: aggregate, from: rows)
    case .window(let window):
      for call in window.calls where isOfOneUser || call.partitionBy.contains(where: { $0.type == .userKey }) {
        note(call.column.id, call.function.name, call.arguments, rows: rows)
        // Each row has the value of its whole partition.
        parts[call.column.id] = nil
      }
    case .union(let union):
      for (index, column) in union.columns.enumerated() {
        let own = union.inputs.map { BoundExpression.column($0.columns[index], at: union.span) }
        let all = own.map { value(of: $0) }
        values[column.id] = Interval.hull(of: all) ?? .everything
        parts[column.id] = zip(own, inputs).map { part(of: $0, rows: $1) }.reduce(.zero, +)
      }
      return inputs.reduce(0, +)
    case .cte(let reference):
      for (column, original) in zip(reference.columns, reference.originals) { note(column.id, as: original) }
      return rowsByCTE[reference.id] ?? 1
    }
    return rows
  }

  private mutating func collectQueries(in expression: BoundExpression) {
    if let subquery = expression.subquery {
      _ = collect(subquery.relation, isOfOneUser: !subquery.outerColumns.isEmpty)
    }
    expression.forEachChild { collectQueries(in: $0) }
  }

  private mutating func collect(_ scan: Relation.Scan) -> Double {
    let bounds = scan.source.contributionBounds
    for column in scan.columns {
      let name = column.name.lowercased()
      values[column.id] = bounds.values[name].map(Interval.init)
      parts[column.id] = bounds.parts[name].map(Interval.init)
    }
    return bounds.rows
  }

  private mutating func note(_ item: Relation.Project.Item, rows: Double) {
    values[item.column.id] = value(of: item.expression)
    parts[item.column.id] = part(of: item.expression, rows: rows)
  }

  /// Notes the result of an aggregate or window function over rows of one user.
  private mutating func note(_ column: ColumnID, _ function: String, _ arguments: [BoundExpression], rows: Double) {
    let value = arguments.first.map { self.value(of: $0) } ?? .everything
    switch function {
    case "COUNT":
      values[column] = Interval(0, rows)
      // The sum of a user's counts is a count again.
      parts[column] = Interval(0, rows)
    case "SUM":
      let part = arguments.first.map { self.part(of: $0, rows: rows) } ?? .everything
      values[column] = part
      parts[column] = part
    case "AVG", "MIN", "MAX", "MEDIAN", "PERCENTILE", "APPROX_PERCENTILE": values[column] = value
    case "STDDEV_POP", "STDDEV_SAMP": values[column] = Interval(0, value.high - value.low)
    case "VAR_POP", "VAR_SAMP":
      let width = Interval(0, value.high - value.low)
      values[column] = width * width
    case "RANK", "DENSE_RANK", "ROW_NUMBER": values[column] = Interval(1, rows)
    case "NTILE": values[column] = Interval(1, max(1, value.high))
    case "PERCENT_RANK": values[column] = .unit
    default: values[column] = .everything
    }
  }
}
