import AMCSQL
import Catalog
import DifferentialPrivacy

/// The noise of a query's aggregations: the one place where sensitivities are computed.
///
/// **Definitions.** A person is a user key with all rows of all tables. Two databases are neighbours if one has the
/// rows of one person more. The guarantee is δ-approximate ρ-zero-concentrated differential privacy (Bun and Steinke
/// 2016).
///
/// **Claim.** For every database, the results of a query's aggregations together are `cost`. Hence so is the result of
/// the query, which is computed from them and from public rows.
///
/// **Proof.** Fix an aggregation, and the results of those before it, which it may read as public rows.
///
/// 1. *Rows of one person.* `ThresholdRewriter` lets only rows with a user key reach an aggregation, and each is
///    computed from rows of that user and from public rows (`Provenance.user`). Rows without a user are left out. So a
///    neighbour has the same rows and those of one user more.
/// 2. *Parts.* The first step has a row for each user and group. The second keeps at most k of each user's rows, and
///    which ones follows from this user's rows and the seed alone. The third cuts each part off at whole numbers within
///    [low, high], where low ≤ 0 ≤ high. So one user changes the sums of a figure in at most k groups, each by at most
///    c = max(-low, high): by at most √k c in Euclidean distance, whatever the groups of others. For a number of users
///    c is 1.
/// 3. *Noise.* Each sum gets independent noise from the discrete Gaussian with σ² = k c² / (2ρ'), which is ρ'-zCDP for
///    all groups together (Canonne, Kamath and Steinke 2020, theorem 4). It's added to the sum of every group there
///    could be; those that nobody has are never shown (4), or are public (5).
/// 4. *Selection.* If keys come from data, a group is shown only if its number of users, with noise, is at least τ. A
///    group of the one user alone has one user, and is shown with a probability of at most δ'/k, by the choice of τ;
///    any of the k with at most δ'. Unless that happens, the shown groups follow from the numbers of (3).
/// 5. *Public keys.* If all keys are public, so is the set of groups, and all are shown. So is the one without keys.
/// 6. *Percentiles.* A user has at most m values in the cells of a group, so that adding the user changes the miss of a
///    cell by at most m times as much as one value does. The choice with ε is then (m ε)²/8-zCDP for one group (Cesar
///    and Rogers 2021), and k (m ε)²/8 = ρ' for all groups of the user.
/// 7. *Composition.* Losses of an aggregation's figures add up, and so do those of aggregations, also where one reads
///    the results of others (Bun and Steinke 2016, lemma 2.3): ρ is divided equally among the aggregations, then among
///    their figures, and δ among the aggregations that select.
///
/// `SensitivityTests` looks at (2), (4) and (6) in random cases. That noise is pseudo-random, and the same for the same
/// question, is the subject of `docs/differential-privacy/randomness.md`.
struct NoiseScales {
  /// The numbers of an aggregation that its plan has decided on.
  struct Own {
    var figures: [FigureScale]
    var threshold: Int64?
    var cost: PrivacyLoss
  }

  enum FigureScale {
    case gaussian(GaussianScale, unit: Double)
    case exponential(ExponentialScale)
  }

  /// By the number of the aggregation.
  private(set) var all: [Int: Own] = [:]

  /// - Parameter aggregations: Those that the query runs.
  /// - Throws: `query_too_complex` where the loss is too small for so many figures.
  init(_ aggregations: [NoisyAggregation], _ parameters: NoiseParameters, at span: SourceSpan) throws(Diagnostic) {
    guard !aggregations.isEmpty else { return }
    let share = parameters.loss.divided(into: aggregations.count)
    let selectiveCount = aggregations.count(where: \.isSelective)
    let selection = selectiveCount > 0 ? parameters.loss.divided(into: selectiveCount).deltaTicks : 0
    for aggregation in aggregations {
      guard
        let own = Self.own(
          aggregation, PrivacyLoss(ticks: share.ticks), selection: PrivacyLoss(ticks: 0, deltaTicks: selection))
      else {
        throw Diagnostic(
          .queryTooComplex, "The privacy loss of a query is too small for so many figures.", at: span,
          hint: "Ask for fewer figures at once.")
      }
      all[aggregation.number] = own
    }
  }

  private static func own(
    _ aggregation: NoisyAggregation, _ loss: PrivacyLoss, selection: PrivacyLoss
  ) -> Own? {
    let share = loss.divided(into: aggregation.figures.count)
    var figures: [FigureScale] = []
    for figure in aggregation.figures {
      switch figure.mechanism {
      case .sum(let range):
        // Δ² = k c².
        let size = UInt128(range.magnitude)
        guard
          let scale = GaussianScale(
            sensitivitySquared: UInt128(aggregation.groupsPerUser) * size * size, loss: share)
        else { return nil }
        figures.append(.gaussian(scale, unit: range.unit))
      case .choice(let valuesMax, _):
        guard
          let scale = ExponentialScale(
            groupsPerUser: aggregation.groupsPerUser, valuesPerUser: max(valuesMax, 1), loss: share)
        else { return nil }
        figures.append(.exponential(scale))
      }
    }
    var threshold: Int64?
    if aggregation.isSelective {
      guard case .gaussian(let users, _)? = figures.first, selection.deltaTicks > 0 else { return nil }
      threshold = SelectionThreshold.least(groupsPerUser: aggregation.groupsPerUser, scale: users, loss: selection)
    }
    let cost = PrivacyLoss(
      ticks: share.ticks * Int64(figures.count), deltaTicks: aggregation.isSelective ? selection.deltaTicks : 0)
    return Own(figures: figures, threshold: threshold, cost: cost)
  }

  /// The standard deviation of a figure's noise, in the unit of its values; nil for a choice.
  func standardError(of figure: NoiseSource) -> Double? {
    guard case .gaussian(let scale, let unit)? = all[figure.aggregation]?.figures[figure.index] else { return nil }
    return scale.standardDeviation * unit
  }
}

/// A figure of an aggregation: its noise is independent of that of all others.
struct NoiseSource: Hashable {
  var aggregation: Int
  var index: Int
}
