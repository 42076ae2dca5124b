import AMCSQL
import Catalog

/// The columns whose values are random: those made by RANDOM or UUID, and all that is computed from them.
///
/// A comparison of two queries computes both again. What is random then is not what it was, so that a random value in
/// a measure, or one that decides about some rows and not about others, hides a difference from it.
struct RandomColumns {
  private var columns: Set<ColumnID> = []
  /// Those of which nothing else than random values and constants is part.
  private var samples: Set<ColumnID> = []

  init(_ query: BoundQuery) {
    for common in query.ctes { collect(common.relation) }
    collect(query.body)
  }

  /// Whether the expression gives another value each time.
  func isRandom(_ expression: BoundExpression) -> Bool {
    expression.isVolatile || !expression.columnsInUse.isDisjoint(with: columns) || hasRandomSubquery(expression)
  }

  /// Whether nothing but random values and constants is part of the expression.
  func isSample(_ expression: BoundExpression) -> Bool {
    !expression.hasSubquery && expression.columnsInUse.isSubset(of: samples)
  }

  private func hasRandomSubquery(_ expression: BoundExpression) -> Bool {
    if let column = expression.subquery?.relation.columns.first, columns.contains(column.id) { return true }
    var found = false
    expression.forEachChild { if !found { found = hasRandomSubquery($0) } }
    return found
  }

  private mutating func collect(_ relation: Relation) {
    for input in relation.inputs { collect(input) }
    for expression in relation.expressions { collectQueries(in: expression) }
    switch relation {
    case .scan, .filter, .join: break
    case .values(let values):
      for (index, column) in values.columns.enumerated() where values.rows.contains(where: { isRandom($0[index]) }) {
        columns.insert(column.id)
      }
    case .project(let project): collect(project.items)
    case .aggregate(let aggregate):
      collect(aggregate.keys)
      for call in aggregate.calls where isRandom(call.arguments, call.filter) { columns.insert(call.column.id) }
    case .window(let window):
      for call in window.calls
      where isRandom(call.arguments + call.partitionBy + call.orderBy.map(\.expression), call.filter) {
        columns.insert(call.column.id)
      }
    case .union(let union):
      for (index, column) in union.columns.enumerated()
      where union.inputs.contains(where: { columns.contains($0.columns[index].id) }) {
        columns.insert(column.id)
      }
    case .explode(let explode): if isRandom(explode.array) { columns.insert(explode.column.id) }
    case .cte(let reference):
      for (column, original) in zip(reference.columns, reference.originals) where columns.contains(original) {
        columns.insert(column.id)
        if samples.contains(original) { samples.insert(column.id) }
      }
    }
  }

  private mutating func collect(_ items: [Relation.Project.Item]) {
    for item in items where isRandom(item.expression) {
      columns.insert(item.column.id)
      if isSample(item.expression) { samples.insert(item.column.id) }
    }
  }

  private mutating func collectQueries(in expression: BoundExpression) {
    if let subquery = expression.subquery { collect(subquery.relation) }
    expression.forEachChild { collectQueries(in: $0) }
  }

  private func isRandom(_ expressions: [BoundExpression], _ filter: BoundExpression?) -> Bool {
    expressions.contains(where: isRandom) || filter.map(isRandom) ?? false
  }
}

extension ThresholdRewriter {
  /// Refuses a measure over many users that is random.
  ///
  /// - Throws: `unsupported`.
  func checkRandom(_ aggregate: Relation.Aggregate) throws(Diagnostic) {
    for call in aggregate.calls {
      for input in call.arguments + (call.filter.map { [$0] } ?? []) where randomColumns.isRandom(input) {
        throw Self.unsupported(
          "A random value in a measure over many users is not supported.", at: input.span,
          hint: "Take a sample in WHERE: RANDOM() < 0.1.")
      }
    }
  }

  /// Refuses a filter of users' rows that is random for some rows and not for others. A sample of all rows is none.
  ///
  /// - Throws: `unsupported`.
  func checkRandom(_ condition: BoundExpression) throws(Diagnostic) {
    for part in condition.conjuncts where randomColumns.isRandom(part) && !randomColumns.isSample(part) {
      throw Self.unsupported(
        "A condition that is random for some rows and not for others is not supported.", at: part.span,
        hint: "Take a sample of all rows: AND RANDOM() < 0.1.")
    }
  }
}
