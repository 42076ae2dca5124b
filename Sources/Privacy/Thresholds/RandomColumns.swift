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
  /// Those that hold an identifier for each row. To count rows or to tell them apart by it is not random.
  private var identifiers: Set<ColumnID> = []

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

  /// Whether the expression is an identifier that UUID has made for each row.
  func isIdentifier(_ expression: BoundExpression) -> Bool {
    switch expression.kind {
    case .column(let id): identifiers.contains(id)
    case .call(let function, let arguments): function.name == "UUID" && arguments.isEmpty
    case .literal, .parameter, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth, .between, .like,
      .similar, .inList, .inRelation, .scalarRelation, .exists, .conditional, .cast, .array, .row, .element, .field,
      .trim:
      false
    }
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
      where isRandom(
        call.arguments + call.partitionBy.filter { !isIdentifier($0) } + call.orderBy.map(\.expression), call.filter)
      {
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
        if identifiers.contains(original) { identifiers.insert(column.id) }
      }
    }
  }

  private mutating func collect(_ items: [Relation.Project.Item]) {
    for item in items where isRandom(item.expression) {
      columns.insert(item.column.id)
      if isSample(item.expression) { samples.insert(item.column.id) }
      if isIdentifier(item.expression) { identifiers.insert(item.column.id) }
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
      let counts = call.function.name == "COUNT" ? call.arguments.filter(randomColumns.isIdentifier) : []
      for input in call.arguments + (call.filter.map { [$0] } ?? [])
      where randomColumns.isRandom(input) && !counts.contains(input) {
        throw Self.unsupported(
          "A random value in a measure over many users is not supported.", at: input.span,
          hint: "Take a sample in WHERE: RANDOM() < 0.1.")
      }
    }
  }

  /// The condition with draws in place of RANDOM where it is random for some rows and not for others, as in AMC's
  /// `RANDOM() < COALESCE(placement_view_rate, 1.0)`.
  ///
  /// A draw is between 0 and 1, and follows from the row. So the comparison of two queries sees what their results
  /// show, and nobody can tell it before: the user's key is part of it.
  mutating func drawn(_ condition: BoundExpression, over input: Relation) -> BoundExpression {
    guard noise == nil else { return keyedDraw(condition, over: input) }
    let columns = input.columns
    var count = 0
    func replaced(_ expression: BoundExpression) -> BoundExpression {
      if case .call(let function, _) = expression.kind, function.name == "RANDOM" {
        count += 1
        return Self.draw(count, over: columns, at: expression.span)
      }
      return expression.mapChildren(replaced)
    }
    let parts = condition.conjuncts.map { part in
      randomColumns.isRandom(part) && !randomColumns.isSample(part) ? replaced(part) : part
    }
    return count == 0 ? condition : .all(parts, at: condition.span)
  }

  /// The expression over users' rows with draws in place of RANDOM, in noise mode.
  ///
  /// A draw belongs to the seed of the run, so that it's the same whenever the question is the same. Other rows under
  /// the same noise would tell the difference between the two without any noise.
  mutating func keyedDraw(_ expression: BoundExpression, over input: Relation) -> BoundExpression {
    guard expression.isVolatile else { return expression }
    if case .call(let function, _) = expression.kind, function.name == "RANDOM" {
      drawCount += 1
      let place = BoundExpression.text("draw \(drawCount)", at: expression.span)
      let row = input.columns.map { BoundExpression.column($0, at: expression.span) }
      return BoundExpression(.call(NoiseFunctions.draw, [place] + row), type: .double, at: expression.span)
    }
    var own = self
    let result = expression.mapChildren { own.keyedDraw($0, over: input) }
    self = own
    return result
  }

  /// The draw of that number in a condition over a row of these columns.
  private static func draw(_ number: Int, over columns: [RelationColumn], at span: SourceSpan) -> BoundExpression {
    func text(_ value: String) -> BoundExpression { .text(value, at: span) }
    var parts = [text(String(number))]
    for column in columns where column.type.isNumeric || column.type.isText || column.type.isTime {
      let value = BoundExpression(.cast(.column(column, at: span)), type: .string, at: span)
      let known = BoundExpression(
        .call(RelationBuilder.function("COALESCE"), [value, text("")]), type: .string, at: span)
      parts += [text("|"), known]
    }
    let row = BoundExpression(.call(RelationBuilder.function("CONCAT"), parts), type: .string, at: span)
    let hash = BoundExpression(.call(RelationBuilder.function("HASH64"), [row]), type: .bigint, at: span)
    // The hash is a whole number from 0 to below 2 to the power of 63.
    return hash.asDouble().computed(.divide, .double("9223372036854775808.0", at: span), as: .double)
  }

  /// Refuses a filter of users' rows that is random for some rows and not for others, after draws have taken the place
  /// of RANDOM. A sample of all rows is none.
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
