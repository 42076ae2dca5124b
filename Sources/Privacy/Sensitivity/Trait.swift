import Catalog

/// What the static rules know of a value.
struct Trait: Hashable {
  /// Rule 1: the highest class among what it was made of.
  var threshold: AggregationThreshold = .none
  /// Whether a HIGH or VERY_HIGH value is part of it. Kept apart from `threshold`, because INTERNAL ranks above both and
  /// may meet literals.
  var forbidsLiterals = false
  /// Rule 2: whether a literal or a parameter is part of it.
  var isLiteralInfluenced = false

  static let literal = Trait(isLiteralInfluenced: true)
  static let plain = Trait()

  init(threshold: AggregationThreshold = .none, forbidsLiterals: Bool = false, isLiteralInfluenced: Bool = false) {
    self.threshold = threshold
    self.forbidsLiterals = forbidsLiterals
    self.isLiteralInfluenced = isLiteralInfluenced
  }

  init(of column: Column) {
    self.init(threshold: column.threshold, forbidsLiterals: column.threshold.forbidsLiterals)
  }

  /// What is made of both.
  func combined(with other: Trait) -> Trait {
    Trait(
      threshold: max(threshold, other.threshold), forbidsLiterals: forbidsLiterals || other.forbidsLiterals,
      isLiteralInfluenced: isLiteralInfluenced || other.isLiteralInfluenced)
  }

  /// Whether it holds both a sensitive value and a literal, so that comparing it with itself compares those two.
  var isMixed: Bool { forbidsLiterals && isLiteralInfluenced }
}

extension Sequence<Trait> {
  var combined: Trait { reduce(.plain) { $0.combined(with: $1) } }

  /// Rule 2, in the stricter form that is kept here: a sensitive value may be compared with sensitive values only, and
  /// none of them may hold a literal. A value that is not sensitive could have been pinned to a literal by a filter.
  var mayMeet: Bool {
    let all = Array(self)
    guard all.contains(where: \.forbidsLiterals) else { return true }
    return all.allSatisfy { $0.forbidsLiterals && !$0.isLiteralInfluenced }
  }
}
