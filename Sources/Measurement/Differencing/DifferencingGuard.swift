package import Base
package import CleanRoom
package import Metadata
package import Queries

package import struct Foundation.Date

/// Rule 7: refuses an execution if its data have been read too often, and leaves out rows that differ from a row of any
/// result of the period by fewer users than a row needs.
///
/// An execution is recorded before it runs, and each of its rows is compared with all rows noted so far and noted
/// itself in one transaction, before it is shown. Of two executions that run at once, one therefore sees each row of
/// the other.
package struct DifferencingGuard: Sendable {
  private let store: MetadataStore
  private let queries: any QueryService
  private let budget: DisclosureBudget
  private let clock: any WallClock

  package init(store: MetadataStore, queries: any QueryService, budget: DisclosureBudget, clock: any WallClock) {
    self.store = store
    self.queries = queries
    self.budget = budget
    self.clock = clock
  }

  /// The time since which executions count.
  package static func periodStart(_ budget: DisclosureBudget, at now: Date) -> Date {
    now.addingTimeInterval(-Double(budget.periodDays) * 86_400)
  }

  /// Whether an execution may run.
  package enum Verdict: Sendable {
    /// It may run. Its rows are to be reviewed, if there is a review.
    case admitted(any CompiledQuery, ResultReview?)
    case refused(reason: String)
  }

  /// Compiles the query of an execution and decides whether it may run. An execution that may run is recorded.
  package func verdict(on execution: ExecutionRecord, in instance: InstanceRecord) async throws -> Verdict {
    let isConcerned = isConcerned(execution, instance)
    let now = clock.now
    var request = try execution.queryRequest()
    if isConcerned { request.asOf = now }
    let query = try await queries.compile(request)
    let fingerprint = query.fingerprint
    guard isConcerned, fingerprint.disclosureQueryCount > 0 else { return .admitted(query, nil) }
    let since = Self.periodStart(budget, at: now)
    let overlapping = try await store.write { transaction in
      try transaction.note(
        DisclosureQueryRecord(of: execution, at: now),
        sources: fingerprint.sources.map {
          DisclosureQuerySourceRecord(executionID: execution.id, dataSource: $0.dataSource, days: $0.days)
        })
      try transaction.beginReleases(executionID: execution.id, instanceID: execution.instanceID, since: since)
      return try transaction.overlappingDisclosureQueryCount(executionID: execution.id, since: since)
    }
    if overlapping >= budget.maximumOverlappingExecutions {
      // How often data were read is no secret, so such a refusal costs nothing.
      try await store.write { try $0.deleteDisclosureQueries(executionID: execution.id) }
      return .refused(reason: Self.tooManyExecutions(execution))
    }
    guard budget.comparedExecutions > 0 else { return .admitted(query, nil) }
    let ledger = SketchLedger(store: store, budget: budget, execution: execution, since: since)
    return .admitted(query, { try await ledger.review($0) })
  }

  private func isConcerned(_ execution: ExecutionRecord, _ instance: InstanceRecord) -> Bool {
    switch instance.kind {
    case .sandbox where !budget.appliesToSandboxes: false
    // An execution without a result discloses nothing.
    case .sandbox, .standard: !execution.disablesAggregationControls && !execution.skipsPublish
    }
  }

  // MARK: What the status says

  /// AMC's documented text.
  static func tooManyExecutions(_ execution: ExecutionRecord) -> String {
    notRun(
      execution,
      because: "too many workflows have already been run against the same input data sources in the same or "
        + "overlapping time windows.")
  }

  static func differsByTooFew(_ execution: ExecutionRecord) -> String {
    notRun(
      execution,
      because: "its result and that of an earlier execution would differ by fewer users than the aggregation "
        + "thresholds ask for.")
  }

  private static func notRun(_ execution: ExecutionRecord, because reason: String) -> String {
    "Execution \"\(execution.id)\" of workflow \"\(execution.workflowID)\" could not be run because \(reason)"
  }
}
