public import DifferentialPrivacy

/// The privacy budgets of populations, and the losses of the things that are charged to them.
///
/// The guarantee of a population: whatever is asked within any `periodDays` days in a row, all answers together are
/// (`populationEpsilon`, `populationDelta`) differentially private for each person of the population. Half of the delta
/// is for turning rho into epsilon, the other half for choosing the groups that appear.
public struct NoiseSettings: Sendable, Hashable {
  /// The epsilon of one query on its own, at `queryDelta`.
  public var queryEpsilon = 1.0
  public var queryDelta = 1e-8
  /// The part of delta that a query spends on choosing the groups that appear.
  public var selectionDelta = 1e-9
  /// The epsilon of one size on its own, at `queryDelta`: of an audience, a seed, or the matches of an upload. Sizes
  /// are told in steps of a hundred, so they can do with more noise than figures of a report.
  public var sizeEpsilon = 0.1
  /// The number of groups of an aggregation that a user may count in.
  public var groupsPerUser = 8

  public var populationEpsilon = 20.0
  public var populationDelta = 1e-6
  /// The time for which a charge counts, in days.
  public var periodDays = 30

  public init() {}

  /// The loss of one query.
  public var queryLoss: PrivacyLoss {
    PrivacyLoss.allowed(epsilon: queryEpsilon, delta: queryDelta) + PrivacyLoss(selectionDelta: selectionDelta)
  }

  /// The loss of one size, which chooses no groups.
  public var sizeLoss: PrivacyLoss { PrivacyLoss.allowed(epsilon: sizeEpsilon, delta: queryDelta) }

  /// The delta at which a loss of a population is told as an epsilon.
  public var conversionDelta: Double { populationDelta / 2 }

  /// The loss that a population may have within a period.
  public var allowance: PrivacyLoss {
    PrivacyLoss.allowed(epsilon: populationEpsilon, delta: conversionDelta)
      + PrivacyLoss(selectionDelta: populationDelta - conversionDelta)
  }

  package var periodSeconds: Double { Double(periodDays) * 86_400 }
}
