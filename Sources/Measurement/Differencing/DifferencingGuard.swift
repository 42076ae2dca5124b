package import Base
package import CleanRoom
package import Queries
package import Metadata

package import struct Foundation.Date

/// Rule 7: refuses an execution if its data have been read too often. Rows by which its result and an earlier one would
/// differ by fewer users than a row needs are left out, or the execution is refused where that can't be.
///
/// An execution is recorded before it is compared. Of two that run at once, the later one therefore sees the earlier.
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
    /// It may run, over the uploads of the moment at which it was recorded, because later ones are compared with these.
    case admitted(any CompiledQuery)
    case refused(reason: String)
  }

  /// Compiles the query of an execution, once for the comparison and for the run, and decides whether it may run. An
  /// execution that may run is recorded.
  package func verdict(on execution: ExecutionRecord, in instance: InstanceRecord) async throws -> Verdict {
    let isConcerned = isConcerned(execution, instance)
    let now = clock.now
    var request = try execution.queryRequest()
    if isConcerned { request.asOf = now }
    let query = try await queries.compile(request)
    let fingerprint = query.fingerprint
    guard isConcerned, fingerprint.disclosureQueryCount > 0 else { return .admitted(query) }
    let since = Self.periodStart(budget, at: now)
    let (overlapping, earlier) = try await store.write { transaction in
      try transaction.note(
        DisclosureQueryRecord(of: execution, at: now),
        sources: fingerprint.sources.map {
          DisclosureQuerySourceRecord(executionID: execution.id, dataSource: $0.dataSource, days: $0.days)
        })
      return (
        try transaction.overlappingDisclosureQueryCount(executionID: execution.id, since: since),
        try transaction.disclosureQueries(before: execution.id, since: since, limit: budget.comparedExecutions)
      )
    }
    if overlapping >= budget.maximumOverlappingExecutions {
      // How often data were read is no secret, so such a refusal costs nothing.
      try await store.write { try $0.deleteDisclosureQueries(executionID: execution.id) }
      return .refused(reason: Self.tooManyExecutions(execution))
    }
    guard budget.comparedExecutions > 0 else { return .admitted(query) }
    var isolating: [QueryRequest?] = []
    if fingerprint.disclosureQueryCount > 1 {
      switch try await query.isolation(from: nil) {
      case .nothing: break
      case .rows: isolating.append(nil)
      case .everything: return .refused(reason: Self.differsFromItself(execution))
      }
    }
    for disclosureQuery in earlier {
      let request = try Self.request(of: disclosureQuery)
      switch try await isolation(of: query, from: request) {
      case .nothing: break
      case .rows: isolating.append(request)
      case .everything: return .refused(reason: Self.differsByTooFew(execution))
      }
    }
    return .admitted(isolating.isEmpty ? query : query.hidingRows(isolatedFrom: isolating))
  }

  private func isConcerned(_ execution: ExecutionRecord, _ instance: InstanceRecord) -> Bool {
    switch instance.kind {
    case .sandbox where !budget.appliesToSandboxes: false
    // An execution without a result discloses nothing.
    case .sandbox, .standard: !execution.disablesAggregationControls && !execution.skipsPublish
    }
  }

  /// The request of an earlier query, over the uploads of its moment.
  private static func request(of disclosureQuery: DisclosureQueryRecord) throws -> QueryRequest {
    var request = try disclosureQuery.execution.queryRequest()
    request.asOf = disclosureQuery.createdAt
    return request
  }

  /// How much of the query isolates somebody beside an earlier one. An earlier query that can't run any more (its data
  /// source was deleted) does not help anybody.
  private func isolation(of query: any CompiledQuery, from earlier: QueryRequest) async throws -> Isolation {
    guard earlier != query.request else { return .nothing }
    do throws(QueryFailure) {
      return try await query.isolation(from: earlier)
    } catch {
      guard case .refused(let refusal) = error,
        !refusal.diagnostics.contains(where: { $0.code == .queryTooComplex })
      else { throw error }
      return .nothing
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

  static func differsFromItself(_ execution: ExecutionRecord) -> String {
    notRun(
      execution,
      because: "two values of its result would differ by fewer users than the aggregation thresholds ask for.")
  }

  private static func notRun(_ execution: ExecutionRecord, because reason: String) -> String {
    "Execution \"\(execution.id)\" of workflow \"\(execution.workflowID)\" could not be run because \(reason)"
  }
}
