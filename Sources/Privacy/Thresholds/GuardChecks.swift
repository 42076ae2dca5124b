import AMCSQL
import Catalog

/// The columns of a guarded aggregation's second step that decide about a row, and the checks on them.
///
/// Users that are not known (rows without a `user_id`) add to what is shown, but never to what a row must have: neither
/// their number nor their part in a measure counts.
struct GuardChecks {
  /// The users who came in by one reading of a table.
  struct Path {
    var users: RelationColumn
    var name: PathName
    var kind = UserRows.Path.Kind.reading
    /// Whether a row may have nobody from it.
    var mayBeUnused: Bool
  }

  /// A measure that adds up.
  struct Measure {
    /// The sum of the known users' parts.
    var knownTotal: RelationColumn
    /// The largest part of a known user, without its sign.
    var largestKnown: RelationColumn
    /// All parts together, where they count rows or values.
    var total: RelationColumn?
    /// The largest row of users that are not known, each of which may be another user's; nil where rows just count.
    var largestUnknownRow: RelationColumn?
    /// Known users with a part that is not zero.
    var contributors: RelationColumn
    var contributorsMin: Int
    var path: PathName
    /// The number of the aggregate among those of the query.
    var figure = 0
  }

  /// A value that is one of many.
  struct Value {
    /// How many users have one, known or not.
    var count: RelationColumn
    /// How many known users have one.
    var contributors: RelationColumn
    var path: PathName
    /// The number of the aggregate among those of the query.
    var figure = 0
  }

  /// One thing that a row must fulfil.
  struct Check {
    /// In the order in which a reason names them.
    enum Kind: Int {
      case standard
      case effective
      case equivalent
    }

    var kind: Kind
    var required: Int
    var path: PathName
    var actual: BoundExpression
    var condition: BoundExpression
  }

  let span: SourceSpan
  let thresholds: Thresholds
  /// How many users a row and each of its cells need at least, whatever its class.
  var usersMin = 0
  var paths: [Path] = []
  var measures: [Measure] = []
  var values: [Value] = []
  /// The column of each aggregate of the query; nil where it is computed separately.
  var results: [BoundExpression?] = []
  /// The dependence of the figures on readings that a row may lack; empty where all that fails hides the row.
  var dependence = FigureDependence()

  /// A column that only the relation of this aggregation has.
  var marker: ColumnID? { paths.last?.users.id }

  /// Sizes beyond this are not finite for the comparisons here: such a measure is not shown.
  private static let sizeMax = "1e300"

  init(span: SourceSpan, _ thresholds: Thresholds) {
    self.span = span
    self.thresholds = thresholds
  }

  /// The condition that a row of the class `highest` must meet.
  ///
  /// One user alone is never shown, whatever the class: two is the least of each count (`Thresholds.equivalent`).
  func checks(highest: AggregationThreshold) -> [Check] {
    checks(highest: highest, paths: { _ in true }, figures: { _ in true })
  }

  /// The checks of some paths and figures.
  func checks(
    highest: AggregationThreshold, paths isPath: (Path) -> Bool, figures isFigure: (Int) -> Bool
  ) -> [Check] {
    let standard = thresholds.users(highest)
    let effective = max(thresholds.effective(highest), thresholds.equivalent)
    var checks: [Check] = []
    for path in paths where isPath(path) {
      let required =
        switch path.kind {
        case .reading: path.mayBeUnused ? standard : max(standard, usersMin)
        case .cell: max(effective, usersMin)
        }
      let enough = atLeast(path.users, required)
      // A path that nobody came in by adds nothing to the row.
      let isUnused = column(path.users).compared(.equal, .number(0, at: span))
      checks.append(
        Check(
          kind: path.kind == .reading ? .standard : .effective, required: required, path: path.name,
          actual: column(path.users),
          condition: path.mayBeUnused ? .any([isUnused, enough], at: span) : enough))
    }
    for measure in measures where isFigure(measure.figure) { checks += self.checks(measure, effective) }
    for value in values where isFigure(value.figure) { checks += self.checks(value, effective) }
    return checks
  }

  func condition(highest: AggregationThreshold) -> BoundExpression {
    .all(checks(highest: highest).map(\.condition), at: span)
  }

  /// The least number of users of any path that contributed, capped so that it tells no more than the thresholds ask.
  func userCount(highest: AggregationThreshold) -> BoundExpression {
    let cap = BoundExpression.number(thresholds.users(highest), at: span)
    let counts = paths.filter { $0.kind == .reading && !dependence.isOptional($0) }.map { path in
      let isUnused = column(path.users).compared(.equal, .number(0, at: span))
      let count = BoundExpression(
        .conditional([.init(condition: isUnused, result: cap)], otherwise: column(path.users)), type: .bigint, at: span)
      return path.mayBeUnused ? count : column(path.users)
    }
    return BoundExpression(.call(RelationBuilder.function("LEAST"), counts + [cap]), type: .bigint, at: span)
  }

  // MARK: Measures and values

  /// Either nobody has a part in the measure, or enough users have, and none of them too large a one.
  private func checks(_ measure: Measure, _ effective: Int) -> [Check] {
    let isNothing = self.isNothing(measure)
    let sizes = [measure.largestKnown, measure.largestUnknownRow].compactMap { $0 }
    let isFinite = sizes.map { size in
      BoundExpression.any([isNull(size), column(size).compared(.less, double(Self.sizeMax))], at: span)
    }
    let least = max(effective, measure.contributorsMin)
    let share = BoundExpression(
      .arithmetic(.multiply, double(String(thresholds.equivalent)), column(measure.largestKnown)), type: .double,
      at: span)
    let size = column(measure.knownTotal).magnitude()
    var isSpread = isFinite + [size.compared(.greaterOrEqual, share)]
    if let row = measure.largestUnknownRow {
      let unknown = BoundExpression(
        .arithmetic(.multiply, double(String(thresholds.equivalent)), column(row)), type: .double, at: span)
      isSpread.append(.any([isNull(row), size.compared(.greaterOrEqual, unknown)], at: span))
    }
    let ratio = BoundExpression(.arithmetic(.divide, size, column(measure.largestKnown)), type: .double, at: span)
    let whole = BoundExpression(.call(RelationBuilder.function("FLOOR"), [ratio]), type: .double, at: span)
    return [
      Check(
        kind: .effective, required: least, path: measure.path, actual: column(measure.contributors),
        condition: .any([isNothing, atLeast(measure.contributors, least)], at: span)),
      Check(
        kind: .equivalent, required: thresholds.equivalent, path: measure.path,
        actual: BoundExpression(.cast(whole), type: .bigint, at: span),
        condition: .any([isNothing, .all(isSpread, at: span)], at: span)),
    ]
  }

  /// Whether nobody has a part other than zero.
  private func isNothing(_ measure: Measure) -> BoundExpression {
    let zero = BoundExpression.number(0, at: span)
    func isZero(_ size: RelationColumn) -> BoundExpression {
      let number = size.type == .double ? zero.asDouble() : zero
      return .any([isNull(size), column(size).compared(.equal, number)], at: span)
    }
    if let total = measure.total { return isZero(total) }
    return .all([measure.largestKnown, measure.largestUnknownRow].compactMap { $0 }.map(isZero), at: span)
  }

  private func isNull(_ size: RelationColumn) -> BoundExpression {
    BoundExpression(.isNull(column(size), negated: false), type: .boolean, at: span)
  }

  private func checks(_ value: Value, _ effective: Int) -> [Check] {
    // Without any part the value is NULL.
    let isNothing = column(value.count).compared(.equal, .number(0, at: span))
    return [
      Check(
        kind: .effective, required: effective, path: value.path, actual: column(value.contributors),
        condition: .any([isNothing, atLeast(value.contributors, effective)], at: span))
    ]
  }

  private func column(_ column: RelationColumn) -> BoundExpression { .column(column, at: span) }

  private func atLeast(_ count: RelationColumn, _ least: Int) -> BoundExpression {
    column(count).compared(.greaterOrEqual, .number(least, at: span))
  }

  private func double(_ digits: String) -> BoundExpression { .double(digits, at: span) }
}
