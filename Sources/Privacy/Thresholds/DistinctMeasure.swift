import AMCSQL
import Catalog

/// `COUNT(DISTINCT x)`, `SUM(DISTINCT x)` and `AVG(DISTINCT x)` over many users, where `x` is not the user.
///
/// A value that only one user has could be planted by a filter (`x = 'a' OR x = 'b' AND …`), so that the measure would
/// tell whether there is such a user. Values that users share always count; those of single users count together, and
/// only where enough users have such and nobody has too many, or too large ones, of them, as in any other measure.
struct DistinctMeasure {
  var rewriter: ThresholdRewriter
  var pipeline: GroupPipeline
  let call: Relation.Aggregate.Call
  let keys: [GroupPipeline.Key]

  private var span: SourceSpan { call.span }

  /// Whether the values are added up, and not only counted.
  private var isSum: Bool { call.function.name != "COUNT" }

  /// The type in which values are added up.
  private var sumType: SQLType { call.function.name == "SUM" ? call.column.type : .double }

  /// The relation with the columns of the measure beside it, and the measure itself.
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
    let sums = byOwner.sum.map { sum in
      let value = BoundExpression.column(sum.total, at: span)
      let size = value.asDouble().magnitude()
      let isThere = BoundExpression.all(
        [isOwned, size.compared(.greater, .number(0, at: span).asDouble())], at: span)
      return Sums(
        shared: step.add("SUM", value, sumType, where: isShared),
        owned: step.add("SUM", value, sumType, where: isOwned),
        unknown: step.add("SUM", value, sumType, where: isUnknown),
        largest: step.add("MAX", size, .double, where: isOwned),
        largestUnknown: step.add("MAX", .column(sum.largest, at: span), .double, where: isUnknown),
        contributors: step.add("COUNT", owner, .bigint, where: isThere))
    }
    // The copies of the keys join under their own names.
    let renamed = Dictionary(uniqueKeysWithValues: zip(keyColumns.map(\.id), groups.map(\.column)))
    rewriter.build = step.build
    let counted = Relation.aggregate(.init(input: byOwner.relation, keys: groups, calls: step.calls, span: span))
    let relation = Relation.join(
      .init(
        kind: condition == nil ? .cross : .left, left: guarded, right: counted, condition: condition?.renamed(renamed)))
    let counts = Counts(shared: shared, owned: owned, unknown: unknown, largest: largest, owners: owners)
    return (relation, value(counts, sums, highest))
  }

  /// How many values there are in a group.
  private struct Counts {
    /// Those that known users share, those of one known user each, and those of nobody known.
    var shared, owned, unknown: RelationColumn
    /// The most that one user alone has.
    var largest: RelationColumn
    var owners: RelationColumn
  }

  /// Their sums, likewise.
  private struct Sums {
    var shared, owned, unknown: RelationColumn
    /// The largest sum of one user's own values, and the largest value of nobody known, both without their signs.
    var largest, largestUnknown: RelationColumn
    /// The users whose own values add up to something.
    var contributors: RelationColumn
  }

  private func value(_ counts: Counts, _ sums: Sums?, _ highest: AggregationThreshold) -> BoundExpression {
    let thresholds = rewriter.thresholds
    let least = BoundExpression.number(max(thresholds.effective(highest), thresholds.equivalent), at: span)
    let times = BoundExpression.number(thresholds.equivalent, at: span)
    let twice = BoundExpression(.arithmetic(.multiply, times, orZero(counts.largest)), type: .bigint, at: span)
    var conditions = [
      orZero(counts.owners).compared(.greaterOrEqual, least), orZero(counts.owned).compared(.greaterOrEqual, twice),
    ]
    if let sums {
      conditions.append(orZero(sums.contributors).compared(.greaterOrEqual, least))
      let size = orZero(sums.owned).asDouble().magnitude()
      for largest in [sums.largest, sums.largestUnknown] {
        let twice = BoundExpression(
          .arithmetic(.multiply, times.asDouble(), orZero(largest)), type: .double, at: span)
        conditions.append(size.compared(.greaterOrEqual, twice))
      }
    }
    let isEnough = BoundExpression.all(conditions, at: span)
    let count = total(counts.shared, counts.owned, counts.unknown, .bigint, if: isEnough)
    guard let sums else { return count }
    let sum = total(sums.shared, sums.owned, sums.unknown, sumType, if: isEnough)
    let isThere = count.compared(.greater, .number(0, at: span))
    let value =
      call.function.name == "SUM"
      ? sum : BoundExpression(.arithmetic(.divide, sum, count), type: .double, at: span)
    return BoundExpression(
      .conditional([.init(condition: isThere, result: value)], otherwise: nil), type: call.column.type, at: span)
  }

  /// What users share, and the rest where there is enough of it.
  private func total(
    _ shared: RelationColumn, _ owned: RelationColumn, _ unknown: RelationColumn, _ type: SQLType,
    if isEnough: BoundExpression
  ) -> BoundExpression {
    // Values of rows without a user may be those of one person each: they count with the others, never for them.
    let single = BoundExpression(.arithmetic(.add, orZero(owned), orZero(unknown)), type: type, at: span)
    let zero = BoundExpression(.literal(.number("0")), type: type, at: span)
    let visible = BoundExpression(
      .conditional([.init(condition: isEnough, result: single)], otherwise: zero), type: type, at: span)
    return BoundExpression(.arithmetic(.add, orZero(shared), visible), type: type, at: span)
  }

  private func orZero(_ column: RelationColumn) -> BoundExpression {
    let zero = BoundExpression(.literal(.number("0")), type: column.type, at: span)
    return BoundExpression(
      .call(RelationBuilder.function("COALESCE"), [.column(column, at: span), zero]), type: column.type, at: span)
  }

  // MARK: Who has which value

  private struct Values {
    var relation: Relation
    var value: RelationColumn
    var owner: BoundExpression
    var isUnknown: BoundExpression
  }

  private struct Owners {
    var relation: Relation
    var owner: RelationColumn
    var isUnknown: RelationColumn
    var count: RelationColumn
    /// The sum of the values, and the largest of them without its sign; nil where they are only counted.
    var sum: (total: RelationColumn, largest: RelationColumn)?
  }

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
    return Values(relation: byValue, value: column, owner: owner, isUnknown: isUnknown)
  }

  /// One row for each group and owner, with how many values are theirs alone; the owner NULL stands for all.
  private mutating func ownersAndCounts(
    _ byValue: Values, _ keys: [RelationColumn]
  ) -> Owners {
    let owner = rewriter.build.column("owner", .userKey)
    let isUnknown = rewriter.build.column("is_unknown", .boolean)
    var step = GroupPipeline.Step(build: rewriter.build, span: span)
    let count = step.add("COUNT", nil, .bigint)
    var sum: (total: RelationColumn, largest: RelationColumn)?
    if isSum {
      let value = BoundExpression.column(byValue.value, at: span)
      sum = (
        step.add("SUM", sumType == .double ? value.asDouble() : value, sumType),
        step.add("MAX", value.asDouble().magnitude(), .double)
      )
    }
    rewriter.build = step.build
    let items = keys.map { Relation.Project.Item(column: $0, expression: .column($0, at: span)) }
    let relation = Relation.aggregate(
      .init(
        input: byValue.relation,
        keys: items + [
          .init(column: owner, expression: byValue.owner), .init(column: isUnknown, expression: byValue.isUnknown),
        ], calls: step.calls, span: span))
    return Owners(relation: relation, owner: owner, isUnknown: isUnknown, count: count, sum: sum)
  }
}
