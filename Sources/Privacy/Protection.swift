public import AMCSQL
public import Catalog

/// Turns a bound query into one that keeps the privacy rules, or refuses it. `docs/privacy.md` has the rules.
public enum Protection {
  /// - Parameter noise: The cost and the settings of noise mode; nil for threshold mode.
  /// - Throws: each reason for which the query can't be run, with its span. A query that no rule decides is
  ///   `unsupported`.
  public static func protect(
    _ query: BoundQuery, for purpose: Purpose, thresholds: Thresholds = Thresholds(),
    controls: AggregationControls = AggregationControls(), noise: NoiseParameters? = nil
  ) throws(QueryRefusal) -> ProtectedRelation {
    var problems = TableRules.problems(in: query, for: purpose)
    guard problems.isEmpty else { throw QueryRefusal(problems) }
    if purpose == .measurement, controls.areDisabled { return unprotected(query) }
    let query =
      switch purpose {
      case .measurement, .audience: Normalization.normalized(query)
      case .features: query
      }
    var analysis = SensitivityAnalysis(allowsMappings: purpose == .measurement)
    analysis.analyse(query)
    // With noise, a filter by a literal tells no more of a user than any other figure does.
    problems = purpose == .measurement && noise != nil ? [] : analysis.problems
    if purpose == .measurement { problems += neverShown(in: query, analysis) }
    guard problems.isEmpty else { throw QueryRefusal(problems) }
    do throws(Diagnostic) {
      switch purpose {
      case .measurement:
        var rewriter = ThresholdRewriter(query, analysis, thresholds, controls, noise: noise)
        return try rewriter.protect(query).planned(noise, rewriter.noisyAggregations)
      case .audience:
        let user = try AudienceRewriter.user(of: query)
        var rewriter = ThresholdRewriter(query, analysis, thresholds, controls, isForAudience: true, noise: noise)
        let guarded = try rewriter.guardedAudience(query, user)
        var restriction = AudienceRewriter(guarded)
        return try restriction.protect(guarded, user, for: purpose).planned(noise, rewriter.noisyAggregations)
      case .features:
        let user = try AudienceRewriter.user(of: query)
        var restriction = AudienceRewriter(query)
        return try restriction.protect(query, user, for: purpose).planned(noise, [])
      }
    } catch {
      throw QueryRefusal([error])
    }
  }

  /// The query as it is: for synthetic signals, behind which nobody stands.
  private static func unprotected(_ query: BoundQuery) -> ProtectedRelation {
    ProtectedRelation(ctes: query.ctes, body: query.body, purpose: .measurement, order: query.order)
  }

  /// Rule 1: VERY_HIGH and INTERNAL values are never part of a result.
  private static func neverShown(in query: BoundQuery, _ analysis: SensitivityAnalysis) -> [Diagnostic] {
    zip(query.body.columns, query.outputSpans).compactMap { column, span in
      guard let sensitivity = analysis.sensitivities[column.id], !sensitivity.threshold.isEverShown else { return nil }
      let hint =
        sensitivity.threshold == .veryHigh
        ? "Use COUNT or COUNT(DISTINCT …) of it." : "Use it inside the query, or COUNT it."
      return Diagnostic(
        .columnNeverShown,
        "The column `\(column.name)` can't be part of a result: its aggregation threshold is \(sensitivity.threshold.rawValue).",
        at: span, hint: hint)
    }
  }
}
