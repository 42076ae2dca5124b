import Catalog
package import Logging
package import Metadata
package import ObjectStorage
import Privacy

package import struct Foundation.Date

/// Runs a measurement query and keeps its result for download.
package struct ExecutionJobHandler: JobHandler {
  private let store: MetadataStore
  private let queries: any QueryService
  private let objects: any ObjectStorage
  private let logger: Logger
  private let sleep: JobRunner.Sleep

  package init(
    store: MetadataStore, queries: any QueryService, objects: any ObjectStorage, logger: Logger,
    sleep: @escaping JobRunner.Sleep = { try await Task.sleep(for: $0) }
  ) {
    self.store = store
    self.queries = queries
    self.objects = objects
    self.logger = logger
    self.sleep = sleep
  }

  package var kind: JobRecord.Kind { .execution }

  package func begin(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try update(job.subjectID, in: transaction, at: now) { $0.status = .running }
  }

  package func requeue(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try update(job.subjectID, in: transaction, at: now) { $0.status = .pending }
  }

  package func abandon(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try fail(job.subjectID, reason: StatusReason.internalFailure, in: transaction, at: now)
  }

  package func compute(_ job: JobRecord) async throws -> JobCompletion {
    guard let execution = try await store.read({ try $0.execution(id: job.subjectID) }) else {
      return JobCompletion { _, _ in }
    }
    let request = try Self.queryRequest(of: execution)
    let folder = AttemptFolder(
      path: "instances/\(execution.instanceID)/executions/\(execution.id)", objects: objects, logger: logger)
    await folder.removeAll()
    let outcome = await run(
      request, outputPrefix: folder.prefix(attempt: job.attempt), timeoutSeconds: execution.timeoutSeconds)
    guard case .finished(let result) = outcome else {
      let reason = try Self.reason(of: outcome, execution)
      await folder.removeAll()
      return failure(of: execution, reason)
    }
    return JobCompletion { transaction, now in
      try update(execution.id, in: transaction, at: now) { execution in
        execution.status = .succeeded
        execution.rowCount = result.rowCount
        execution.resultKey = result.csvKeys.first
      }
    }
  }

  static func queryRequest(of execution: ExecutionRecord) throws -> QueryRequest {
    QueryRequest(
      sql: execution.query, instanceID: execution.instanceID, purpose: .measurement,
      timeWindow: TimeWindow(start: execution.timeWindowStart, end: execution.timeWindowEnd),
      parameters: try StoredParameters.values(execution.parameterValues))
  }

  // MARK: Running against the clock

  private enum Outcome: Sendable {
    case finished(ReportResult)
    case failed(QueryFailure)
    case timedOut
  }

  /// What `statusReason` says of an outcome; nothing where there is a result.
  private static func reason(of outcome: Outcome, _ execution: ExecutionRecord) throws -> String {
    switch outcome {
    case .finished: return ""
    case .failed(.refused(let refusal)): return StatusReason.refused(refusal)
    case .failed(.engine(let code, let message)): return StatusReason.engineFailure(code: code, message: message)
    case .failed(.cancelled): throw CancellationError()
    case .timedOut: return StatusReason.timedOut(seconds: execution.timeoutSeconds)
    }
  }

  /// Runs the query until it ends or its time is over, whichever comes first; the loser is cancelled and waited for.
  private func run(_ request: QueryRequest, outputPrefix: String, timeoutSeconds: Int) async -> Outcome {
    await withTaskGroup(of: Outcome?.self) { group in
      group.addTask {
        do throws(QueryFailure) {
          return .finished(try await queries.runReport(request, outputPrefix: outputPrefix) { _ in })
        } catch {
          return .failed(error)
        }
      }
      group.addTask {
        // A cancelled timer has nothing to say.
        (try? await sleep(.seconds(timeoutSeconds))) == nil ? nil : .timedOut
      }
      var first: Outcome?
      for await outcome in group {
        guard let outcome else { continue }
        first = first ?? outcome
        group.cancelAll()
      }
      return first ?? .failed(.cancelled)
    }
  }

  private func failure(of execution: ExecutionRecord, _ reason: String) -> JobCompletion {
    JobCompletion { transaction, now in
      try fail(execution.id, reason: reason, in: transaction, at: now)
    }
  }

  private func fail(_ id: String, reason: String, in transaction: WriteTransaction, at now: Date) throws {
    try update(id, in: transaction, at: now) { execution in
      execution.status = .failed
      execution.statusReason = reason
    }
  }

  /// Changes the execution unless it is gone.
  private func update(
    _ id: String, in transaction: WriteTransaction, at now: Date, _ change: (inout ExecutionRecord) -> Void
  ) throws {
    guard var execution = try transaction.execution(id: id) else { return }
    change(&execution)
    execution.updatedAt = now
    try transaction.update(execution)
  }
}
