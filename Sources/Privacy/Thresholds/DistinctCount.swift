import AMCSQL
import Catalog

/// `COUNT(DISTINCT x)` over many users, where `x` is not the user.
///
/// A value that only one user has could be planted by a filter (`x = 'a' OR x = 'b' AND …`), so that the count would
/// tell whether there is such a user. Values that users share always count; those of single users count together, and
/// only where enough users have such and nobody has too many of them, as in any other measure.
struct DistinctCount {
  var rewriter: ThresholdRewriter
  var pipeline: GroupPipeline
  let call: Relation.Aggregate.Call
  let keys: [GroupPipeline.Key]

  private var span: SourceSpan { call.span }

  init(
    rewriter: ThresholdRewriter, pipeline: GroupPipeline, call: Relation.Aggregate.Call, keys: [GroupPipeline.Key]
  ) {
    self.rewriter = rewriter
    self.pipeline = pipeline
    self.call = call
    self.keys = keys
  }

  /// The relation with the columns of the count beside it, and the count itself.
  mutating func joined(to guarded: Relation, highest: AggregationThreshold) -> (Relation, BoundExpression) {
    pipeline.rewriter = rewriter
    let (items, condition) = pipeline.keyCopies(keys)
    rewriter = pipeline.rewriter
    let keyColumns = items.map(\.column)
    let byValue = valuesAndOwners(items)
    let byOwner = ownersAndCounts(byValue, keyColumns)
    let groups = keyColumns.map { column in
      Relation.Project.Item(
        column: rewriter.build.column(column.name, column.type), expression: .column(column, at: span))
    }
    var step = GroupPipeline.Step(build: rewriter.build, span: span)
    let owner = BoundExpression.column(byOwner.owner, at: span)
    let count = BoundExpression.column(byOwner.count, at: span)
    let isUnknown = BoundExpression.column(byOwner.isUnknown, at: span)
    let isShared = BoundExpression.all(
      [
        BoundExpression(.isNull(owner, negated: false), type: .boolean, at: span),
        BoundExpression(.not(isUnknown), type: .boolean, at: span),
      ], at: span)
    let isOwned = BoundExpression(.isNull(owner, negated: true), type: .boolean, at: span)
    let shared = step.add("SUM", count, .bigint, where: isShared)
    let owned = step.add("SUM", count, .bigint, where: isOwned)
    let unknown = step.add("SUM", count, .bigint, where: isUnknown)
    let largest = step.add("MAX", count, .bigint, where: isOwned)
    let owners = step.add("COUNT", owner, .bigint)
    // The copies of the keys join under their own names.
    let renamed = Dictionary(uniqueKeysWithValues: zip(keyColumns.map(\.id), groups.map(\.column)))
    rewriter.build = step.build
    let counted = Relation.aggregate(.init(input: byOwner.relation, keys: groups, calls: step.calls, span: span))
    let relation = Relation.join(
      .init(
        kind: condition == nil ? .cross : .left, left: guarded, right: counted, condition: condition?.renamed(renamed)))
    return (relation, value(shared, owned, unknown, largest: largest, owners: owners, highest: highest))
  }

  private func value(
    _ shared: RelationColumn, _ owned: RelationColumn, _ unknown: RelationColumn, largest: RelationColumn,
    owners: RelationColumn, highest: AggregationThreshold
  ) -> BoundExpression {
    let thresholds = rewriter.thresholds
    func count(_ column: RelationColumn) -> BoundExpression {
      BoundExpression(
        .call(RelationBuilder.function("COALESCE"), [.column(column, at: span), .number(0, at: span)]), type: .bigint,
        at: span)
    }
    let least = max(thresholds.effective(highest), thresholds.equivalent)
    let twice = BoundExpression(
      .arithmetic(.multiply, .number(thresholds.equivalent, at: span), count(largest)), type: .bigint, at: span)
    let isEnough = BoundExpression.all(
      [
        count(owners).compared(.greaterOrEqual, .number(least, at: span)),
        count(owned).compared(.greaterOrEqual, twice),
      ], at: span)
    // Values of rows without a user may be those of one person each: they count with the others, never for them.
    let single = BoundExpression(.arithmetic(.add, count(owned), count(unknown)), type: .bigint, at: span)
    let visible = BoundExpression(
      .conditional([.init(condition: isEnough, result: single)], otherwise: .number(0, at: span)), type: .bigint,
      at: span)
    return BoundExpression(.arithmetic(.add, count(shared), visible), type: .bigint, at: span)
  }

  // MARK: Who has which value

  private typealias Values = (relation: Relation, owner: BoundExpression, isUnknown: BoundExpression)
  private typealias Owners = (
    relation: Relation, owner: RelationColumn, isUnknown: RelationColumn, count: RelationColumn
  )

  /// One row for each group and value, with the user who alone has it.
  private mutating func valuesAndOwners(_ keys: [Relation.Project.Item]) -> Values {
    let names = pipeline.source.names
    let value = call.arguments[0].renamed(names)
    var conditions = [BoundExpression(.isNull(value, negated: true), type: .boolean, at: span)]
    if let filter = call.filter { conditions.append(filter.renamed(names)) }
    let present = Relation.filter(
      .init(input: pipeline.source.relation, condition: .all(conditions, at: span)))
    let column = rewriter.build.column("value", value.type)
    var step = GroupPipeline.Step(build: rewriter.build, span: span)
    let user = BoundExpression.column(pipeline.rows.key, at: span).renamed(names)
    let first = BoundExpression.column(step.add("MIN", user, .userKey), at: span)
    let last = BoundExpression.column(step.add("MAX", user, .userKey), at: span)
    rewriter.build = step.build
    let isUnknown = BoundExpression(.isNull(first, negated: false), type: .boolean, at: span)
    let byValue = Relation.aggregate(
      .init(input: present, keys: keys + [.init(column: column, expression: value)], calls: step.calls, span: span))
    let owner = BoundExpression(
      .conditional([.init(condition: first.compared(.equal, last), result: first)], otherwise: nil), type: .userKey,
      at: span)
    return (byValue, owner, isUnknown)
  }

  /// One row for each group and owner, with how many values are theirs alone; the owner NULL stands for all.
  private mutating func ownersAndCounts(
    _ byValue: Values, _ keys: [RelationColumn]
  ) -> Owners {
    let owner = rewriter.build.column("owner", .userKey)
    let isUnknown = rewriter.build.column("is_unknown", .boolean)
    var step = GroupPipeline.Step(build: rewriter.build, span: span)
    let count = step.add("COUNT", nil, .bigint)
    rewriter.build = step.build
    let items = keys.map { Relation.Project.Item(column: $0, expression: .column($0, at: span)) }
    let relation = Relation.aggregate(
      .init(
        input: byValue.relation,
        keys: items + [
          .init(column: owner, expression: byValue.owner), .init(column: isUnknown, expression: byValue.isUnknown),
        ], calls: step.calls, span: span))
    return (relation, owner, isUnknown, count)
  }
}
