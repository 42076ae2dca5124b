import Catalog

/// An aggregation over many users as the rewriter leaves it in noise mode: where its figures come from, and what one
/// user adds to them at most. `NoisePlan` says how much noise they get.
struct NoisyAggregation: Sendable {
  /// A figure that gets independent noise.
  struct Figure: Sendable {
    enum Mechanism: Sendable, Hashable {
      /// A sum of users' parts, each of which is within the range.
      case sum(PartRange)
      /// A cell of a grid, chosen by how many values are in each. A user has at most so many of them.
      case choice(valuesMax: Int, bounds: ClosedRange<Double>)
    }

    var mechanism: Mechanism
    /// The column that `totals` has of a sum; nil for a choice.
    var total: RelationColumn?
  }

  /// The number of the aggregation in its query, from 0.
  let number: Int
  /// In how many groups a user counts at most.
  let groupsPerUser: Int
  /// Whether a group is shown only if the first figure, the number of its users, is large enough.
  let isSelective: Bool
  let figures: [Figure]
  /// The sums without noise, one row for each group: what the proof of `NoisePlan` speaks of, and what the tests of
  /// sensitivity look at. It is no part of the query.
  var totals: Relation
  /// The same for the choices: the number of values by group and cell.
  var cellCounts: [Relation]
  /// A column that the noised aggregation has, and nothing below it; nil where nothing has noise.
  let marker: ColumnID?
}

/// The measure that a noisy aggregation takes of each user's rows in a group.
struct NoisyFigure: Hashable {
  enum Measure: Hashable {
    /// The users who have a row.
    case users
    /// The users who have a value.
    case usersWith(BoundExpression)
    /// The rows.
    case rows
    /// The rows that have a value.
    case values(BoundExpression)
    /// The sum of a value.
    case sum(BoundExpression)
    /// A percentile of a value.
    case percentile(BoundExpression, fraction: String, ValueGrid)
  }

  var measure: Measure
  /// Which rows count; nil for all.
  var filter: BoundExpression?
  /// The bounds of a user's part; those of one value for a percentile.
  var range: PartRange
}

/// How an aggregate of the query follows from noised figures.
enum NoisyMeasure {
  /// A count, or the number of users.
  case count(Int)
  case sum(Int)
  /// The sum divided by the count.
  case average(sum: Int, count: Int)
  /// A variance or a deviation, from the sums of values and of their squares.
  case spread(function: String, count: Int, sum: Int, squares: Int)
  case percentile(Int, ValueGrid)
  /// Nobody's part is anything but zero.
  case zero
}
