import AMCSQL
import Catalog

/// The columns of a guarded aggregation's second step that decide about a row, and the conditions on them.
///
/// Users that are not known (rows without a `user_id`) add to what is shown, but never to what a row must have: neither
/// their number nor their part in a figure counts.
struct GuardChecks {
  /// A figure that adds up.
  struct Figure {
    /// The sum of the known users' parts.
    var knownTotal: RelationColumn
    /// The largest part of a known user, without its sign.
    var largestKnown: RelationColumn
    /// The largest part of all.
    var largest: RelationColumn
    /// Known users with a part that is not zero.
    var contributors: RelationColumn
    var contributorsMin: Int
  }

  /// A value that is one of many.
  struct Value {
    /// How many users have one, known or not.
    var count: RelationColumn
    /// How many known users have one.
    var contributors: RelationColumn
    /// How many known users have the very value that is shown; nil where one is enough.
    var sharers: RelationColumn?
  }

  let span: SourceSpan
  var users: [RelationColumn] = []
  var pathUsers: [RelationColumn] = []
  var figures: [Figure] = []
  var values: [Value] = []
  /// What each aggregate of the query becomes.
  var results: [BoundExpression?] = []

  /// Sizes beyond this are not finite for the comparisons here: such a figure is not shown.
  private static let sizeMax = "1e300"

  init(span: SourceSpan) { self.span = span }

  /// What a row of the class `highest` must fulfil.
  ///
  /// One user alone is never shown, whatever the class: two is the least of each count (`Thresholds.equivalent`).
  func conditions(highest: AggregationThreshold, _ thresholds: Thresholds) -> [BoundExpression] {
    let standard = max(thresholds.standard(highest), thresholds.equivalent)
    let effective = max(thresholds.effective(highest), thresholds.equivalent)
    var conditions = users.map { atLeast($0, standard) }
    for users in pathUsers {
      // A path that nobody came in by adds nothing to the row.
      let isUnused = column(users).compared(.equal, .number(0, at: span))
      conditions.append(.any([isUnused, atLeast(users, standard)], at: span))
    }
    for figure in figures { conditions.append(condition(figure, effective, thresholds)) }
    for value in values {
      // Without any part the value is NULL.
      let isNothing = column(value.count).compared(.equal, .number(0, at: span))
      var enough = [atLeast(value.contributors, effective)]
      if let sharers = value.sharers { enough.append(atLeast(sharers, thresholds.equivalent)) }
      conditions.append(.any([isNothing, .all(enough, at: span)], at: span))
    }
    return conditions
  }

  /// Either nobody has a part in the figure, or enough users have, and none of them too large a one.
  private func condition(_ figure: Figure, _ effective: Int, _ thresholds: Thresholds) -> BoundExpression {
    let largest = column(figure.largest)
    let isNull = BoundExpression(.isNull(largest, negated: false), type: .boolean, at: span)
    let isZero = largest.compared(.equal, BoundExpression.number(0, at: span).asDouble())
    let isFinite = largest.compared(.less, double(Self.sizeMax))
    let enough = atLeast(figure.contributors, max(effective, figure.contributorsMin))
    let share = BoundExpression(
      .arithmetic(.multiply, double(String(thresholds.equivalent)), column(figure.largestKnown)), type: .double,
      at: span)
    let isSpread = column(figure.knownTotal).magnitude().compared(.greaterOrEqual, share)
    return .any([isNull, isZero, .all([enough, isFinite, isSpread], at: span)], at: span)
  }

  private func column(_ column: RelationColumn) -> BoundExpression { .column(column, at: span) }

  private func atLeast(_ count: RelationColumn, _ least: Int) -> BoundExpression {
    column(count).compared(.greaterOrEqual, .number(least, at: span))
  }

  private func double(_ digits: String) -> BoundExpression {
    BoundExpression(.literal(.number(digits)), type: .double, at: span)
  }
}
