import Catalog

/// The properties of a value that the static rules go by.
struct Sensitivity: Hashable {
  /// Rule 1: the highest class among what it was made of.
  var threshold: AggregationThreshold = .none
  /// Whether a HIGH or VERY_HIGH value is part of it. Kept apart from `threshold`, because INTERNAL ranks above both
  /// and may meet literals.
  var forbidsLiterals = false
  /// Rule 2: whether a literal or a parameter is part of it, or, beside a sensitive value, anything that a filter could
  /// pin to a literal.
  var isLiteralInfluenced = false
  /// Whether a sensitive value was cut, measured or computed with. Such a value can be a constant in disguise
  /// (`LENGTH(LEFT(MD5(x), 5))` is 5), so that it counts as a literal wherever sensitive values are compared.
  var isShaped = false
  /// Whether it may be NULL because of what a sensitive value is, and not because there is none: `CAST(x AS TINYINT)`.
  var isNullable = false
  /// Whether it is always NULL.
  var isNothing = false

  static let literal = Sensitivity(isLiteralInfluenced: true)
  /// Counts, ranks and the like among others.
  static let plain = Sensitivity()
  static let nothing = Sensitivity(isNothing: true)

  init(
    threshold: AggregationThreshold = .none, forbidsLiterals: Bool = false, isLiteralInfluenced: Bool = false,
    isNothing: Bool = false
  ) {
    self.threshold = threshold
    self.forbidsLiterals = forbidsLiterals
    self.isLiteralInfluenced = isLiteralInfluenced
    self.isNothing = isNothing
  }

  /// The sensitivity of a column of a data source.
  ///
  /// An uploaded value is as good as a literal: the query's writer may have chosen each value. It may meet
  /// literals, for a filter does no more than an upload with fewer rows does; and it may not meet a sensitive value of
  /// somebody else's, which it would pin. How many users a row needs follows from its class all the same.
  init(of column: Column, in source: DataSource) {
    let isChosen = source.owner == .customer && column.name != source.userColumn
    self.init(
      threshold: column.threshold, forbidsLiterals: column.threshold.forbidsLiterals && !isChosen,
      isLiteralInfluenced: isChosen)
  }

  /// The sensitivity of a value that is made of both.
  func combined(with other: Sensitivity) -> Sensitivity {
    var result = self
    result.threshold = max(threshold, other.threshold)
    result.forbidsLiterals = forbidsLiterals || other.forbidsLiterals
    result.isLiteralInfluenced = isLiteralInfluenced || other.isLiteralInfluenced
    result.isShaped = isShaped || other.isShaped
    result.isNullable = isNullable || other.isNullable
    result.isNothing = isNothing && other.isNothing
    return result
  }

  /// The value after a function whose result the query's writer can steer.
  func shaped(isNullable: Bool) -> Sensitivity {
    guard forbidsLiterals else { return self }
    var result = self
    result.isShaped = true
    result.isNullable = self.isNullable || isNullable
    return result
  }

  /// Whether it holds both a sensitive value and a literal, so that comparing it with itself compares those two.
  var isMixed: Bool { forbidsLiterals && isLiteralInfluenced }
}

extension Sequence<Sensitivity> {
  var combined: Sensitivity { reduce(.nothing) { $0.combined(with: $1) } }

  /// The sensitivity of a value that is one of them, row by row. Where sensitive values share a column with others, or
  /// with differently cut ones, comparing the rows compares those, so that the mixture counts as literal-influenced.
  var mixture: Sensitivity {
    let parts = filter { !$0.isNothing }
    var result = combined
    let sensitive = parts.filter(\.forbidsLiterals)
    if !sensitive.isEmpty, sensitive.count < parts.count || (parts.count > 1 && sensitive.contains(where: \.isShaped)) {
      result.isLiteralInfluenced = true
    }
    return result
  }

  /// Rule 2, in the stricter form that is kept here: a sensitive value may be compared with sensitive values only, and
  /// none of them may hold a literal or be shaped. A value that is not sensitive could have been pinned to a literal by
  /// a filter, and a shaped one could be a constant.
  var mayMeet: Bool {
    let all = filter { !$0.isNothing }
    guard all.contains(where: \.forbidsLiterals) else { return true }
    guard all.count > 1 else { return !all[0].isMixed }
    return all.allSatisfy { $0.forbidsLiterals && !$0.isLiteralInfluenced && !$0.isShaped }
  }
}
