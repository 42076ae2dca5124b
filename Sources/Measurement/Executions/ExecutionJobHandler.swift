import Base
import CleanRoom
package import Jobs
package import Logging
package import Metadata
package import ObjectStorage
import Queries

package import struct Foundation.Date

/// Runs a measurement query, stores its result for download, and delivers it to the instance's bucket.
package struct ExecutionJobHandler: JobHandler {
  private let store: MetadataStore
  private let objects: any ObjectStorage
  private let delivery: any ResultDelivery
  private let differencing: DifferencingGuard
  private let charges: ExecutionCharges?
  private let logger: Logger
  private let sleep: JobRunner.Sleep
  private let signalsEnd: @Sendable (Date) -> Date?

  /// - Parameters:
  ///   - charges: Charges executions of instances in noise mode; without it they fail.
  ///   - signalsEnd: The end of the signals that have arrived at a time; nil if all have.
  package init(
    store: MetadataStore, objects: any ObjectStorage, delivery: any ResultDelivery,
    differencing: DifferencingGuard, charges: ExecutionCharges? = nil, logger: Logger,
    sleep: @escaping JobRunner.Sleep = { try await Task.sleep(for: $0) },
    signalsEnd: @escaping @Sendable (Date) -> Date? = { _ in nil }
  ) {
    self.store = store
    self.objects = objects
    self.delivery = delivery
    self.differencing = differencing
    self.charges = charges
    self.logger = logger
    self.sleep = sleep
    self.signalsEnd = signalsEnd
  }

  package var kind: JobRecord.Kind { .execution }

  package func begin(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    let end = signalsEnd(now)
    try update(job.subjectID, in: transaction, at: now) { execution in
      execution.status = .running
      execution.dataGapStart = end.flatMap { $0 < execution.timeWindowEnd ? $0 : nil }
    }
  }

  package func showAsRunning(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    guard try transaction.find(ExecutionRecord.self, id: job.subjectID)?.status == .pending else { return }
    try update(job.subjectID, in: transaction, at: now) { $0.status = .running }
  }

  package func requeue(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try update(job.subjectID, in: transaction, at: now) { $0.status = .pending }
  }

  package func abandon(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try fail(job.subjectID, reason: StatusReason.internalFailure, in: transaction, at: now)
  }

  package func discard(_ job: JobRecord) async {
    await AttemptFolder(
      path: InstanceFolders.execution(id: job.subjectID, instanceID: job.instanceID), objects: objects,
      logger: logger
    ).remove(attempt: job.attempt)
  }

  package func compute(_ job: JobRecord) async throws -> JobCompletion {
    let (execution, instance) = try await store.read { snapshot in
      let execution = try snapshot.find(ExecutionRecord.self, id: job.subjectID)
      return (execution, try execution.flatMap { try snapshot.find(InstanceRecord.self, id: $0.instanceID) })
    }
    // It may be gone, or was cancelled just before its task could be stopped.
    guard let execution, let instance, execution.status == .running else { return .nothing }
    if instance.kind == .sandbox, !execution.requiresSyntheticData {
      return failure(of: execution, SyntheticDataRule.missingPromise, code: "synthetic_data_not_required")
    }
    let folder = AttemptFolder(path: execution.folderPath, objects: objects, logger: logger)
    await folder.removeAll()
    let outcome = try await run(
      execution, in: instance, outputPrefix: folder.prefix(attempt: job.attempt))
    guard case .finished(let result, let noise) = outcome else {
      let reason = try Self.reason(of: outcome, execution)
      await folder.removeAll()
      if case .failed(let failure) = outcome, failure.hasEndedItsProcess, job.isRetriedAfterWorkerEnd { throw failure }
      if case .failed(let failure) = outcome, failure.isTransientFailure, job.isRetriedAfterTransientFailure {
        throw failure
      }
      if instance.privacyMode == .noise, !execution.disablesAggregationControls, outcome.isInterruption {
        return interruption(of: execution, in: instance, outcome)
      }
      return failure(of: execution, reason, code: outcome.failureCode)
    }
    guard !execution.skipsPublish else {
      await folder.removeAll()
      return success(of: execution, rowCount: result.rowCount)
    }
    // The data, and with them the plan, may be others than when the execution was made.
    var finished = execution
    finished.noise = noise
    return try await keep(result, of: finished, prefix: folder.prefix(attempt: job.attempt))
  }

  // MARK: Keeping and delivering

  /// Writes the file about the result, delivers the files, and makes the result count. Repeating it has the effect of
  /// once.
  private func keep(
    _ result: ReportResult, of execution: ExecutionRecord, prefix: String
  ) async throws -> JobCompletion {
    let metadata = try ExecutionMetadata.json(of: execution, result)
    let metadataKey = try ObjectKey(prefix).appending(ExecutionMetadata.fileName)
    try await objects.put(metadata.data, at: metadataKey)
    let outcome = try await delivery.deliver(
      DeliverableResult(
        instanceID: execution.instanceID, executionID: execution.id, workflowID: execution.workflowID,
        cadence: DeliverableResult.Cadence(execution.cadence), createdAt: execution.createdAt, result: result,
        metadata: metadata))
    let noise = execution.noise
    let csvKeys = try ExecutionRecord.storedText(result.csvKeys)
    let parquetKeys = try ExecutionRecord.storedText(result.parquetKeys)
    return JobCompletion { transaction, now in
      try update(execution.id, in: transaction, at: now) { execution in
        execution.status = .succeeded
        execution.rowCount = result.rowCount
        execution.csvKeys = csvKeys
        execution.parquetKeys = parquetKeys
        execution.metadataKey = metadataKey.value
        execution.noise = noise
        execution.record(outcome)
      }
    }
  }

  private func success(of execution: ExecutionRecord, rowCount: Int) -> JobCompletion {
    JobCompletion { transaction, now in
      try update(execution.id, in: transaction, at: now) { execution in
        execution.status = .succeeded
        execution.rowCount = rowCount
        execution.publishStatus = .unavailable
      }
    }
  }

  // MARK: Running against the clock

  private enum Outcome: Sendable {
    /// The result, and what is told about its noise.
    case finished(ReportResult, noise: String?)
    /// Rule 7 or the privacy budget refuses the execution.
    case forbidden(reason: String)
    case failed(QueryFailure)
    case timedOut

    /// The code of the failure, for statistics.
    var failureCode: String {
      switch self {
      case .finished, .failed(.cancelled): "cancelled"
      case .forbidden: "budget_refused"
      case .failed(.refused): "query_refused"
      case .failed(.engine(let code, _)): code
      case .timedOut: "timed_out"
      }
    }

    /// Whether the run ended for want of time or memory.
    var isInterruption: Bool {
      switch self {
      case .timedOut: true
      case .failed(let failure): failure.isInterruption
      case .finished, .forbidden: false
      }
    }
  }

  /// The `statusReason` of an outcome; nothing if there is a result.
  private static func reason(of outcome: Outcome, _ execution: ExecutionRecord) throws -> String {
    switch outcome {
    case .finished: return ""
    case .forbidden(let reason): return reason
    case .failed(.refused(let refusal)): return StatusReason.refused(refusal)
    case .failed(.engine(let code, let message)): return StatusReason.engineFailure(code: code, message: message)
    case .failed(.cancelled): throw CancellationError()
    case .timedOut: return StatusReason.timedOut(seconds: execution.timeoutSeconds)
    }
  }

  /// Runs the query until it ends or its time limit is reached; the other one is cancelled and waited for.
  private func run(
    _ execution: ExecutionRecord, in instance: InstanceRecord, outputPrefix: String
  ) async throws -> Outcome {
    let timeoutSeconds = execution.timeoutSeconds
    return try await withThrowingTaskGroup(of: Outcome?.self) { group in
      group.addTask {
        do {
          switch instance.privacyMode {
          case .threshold: return try await runCompared(execution, in: instance, outputPrefix: outputPrefix)
          case .noise: return try await runCharged(execution, in: instance, outputPrefix: outputPrefix)
          }
        } catch let failure as QueryFailure {
          return .failed(failure)
        } catch let refusal as ReviewRefusal {
          return .forbidden(reason: refusal.reason)
        }
      }
      group.addTask {
        // A cancelled timer has no outcome.
        (try? await sleep(.seconds(timeoutSeconds))) == nil ? nil : .timedOut
      }
      var first: Outcome?
      for try await outcome in group {
        guard let outcome else { continue }
        first = first ?? outcome
        group.cancelAll()
      }
      return first ?? .failed(.cancelled)
    }
  }

  /// Threshold mode: the query is compared with earlier ones.
  private func runCompared(
    _ execution: ExecutionRecord, in instance: InstanceRecord, outputPrefix: String
  ) async throws -> Outcome {
    switch try await differencing.verdict(on: execution, in: instance) {
    case .refused(let reason): return .forbidden(reason: reason)
    case .admitted(let query, let review):
      let result = try await query.runReport(outputPrefix: outputPrefix, review: review) { _ in }
      return .finished(result, noise: nil)
    }
  }

  /// Noise mode: the query is charged. Rule 7 does not apply, because no difference of results tells about somebody.
  private func runCharged(
    _ execution: ExecutionRecord, in instance: InstanceRecord, outputPrefix: String
  ) async throws -> Outcome {
    guard let charges else { throw NoiseCharges.WrongMode() }
    switch try await charges.verdict(on: execution, in: instance) {
    case .refused(let refusal): return .forbidden(reason: refusal.message)
    case .admitted(let query, let seed):
      let result = try await query.runReport(outputPrefix: outputPrefix, seed: seed) { _ in }
      return .finished(result, noise: try charges.report(of: query))
    }
  }

  // MARK: Changes

  /// Ends a run in noise mode that ended for want of time or memory. The cause is for the log alone.
  private func interruption(
    of execution: ExecutionRecord, in instance: InstanceRecord, _ outcome: Outcome
  ) -> JobCompletion {
    let cause = outcome.failureCode
    logger.warning("A run in noise mode was not finished.", metadata: ["cause": "\(cause)"])
    return JobCompletion(failureCode: cause) { transaction, now in
      try charges?.chargeInterruption(of: execution, in: instance, transaction, at: now)
      try fail(execution.id, reason: StatusReason.interruptedWithNoise, in: transaction, at: now)
    }
  }

  private func failure(of execution: ExecutionRecord, _ reason: String, code: String) -> JobCompletion {
    JobCompletion(failureCode: code) { transaction, now in
      try fail(execution.id, reason: reason, in: transaction, at: now)
    }
  }

  private func fail(_ id: String, reason: String, in transaction: WriteTransaction, at now: Date) throws {
    // There is no result, but that there is none can tell something. So it stays noted, and counts in the budget.
    try update(id, in: transaction, at: now) { execution in
      execution.status = .failed
      execution.statusReason = reason
      execution.publishStatus = .unavailable
    }
  }

  /// Changes the execution unless it was deleted.
  private func update(
    _ id: String, in transaction: WriteTransaction, at now: Date, _ change: (inout ExecutionRecord) -> Void
  ) throws {
    guard var execution = try transaction.find(ExecutionRecord.self, id: id) else { return }
    change(&execution)
    execution.updatedAt = now
    try transaction.update(execution)
  }
}

extension ExecutionRecord {
  /// The folder of the objects of all attempts.
  var folderPath: String { InstanceFolders.execution(id: id, instanceID: instanceID) }

  /// Records the outcome of the delivery.
  fileprivate mutating func record(_ outcome: DeliveryOutcome) {
    switch outcome {
    case .available(let uri):
      publishStatus = .available
      outputURI = uri
    case .unavailable(let reason):
      publishStatus = .unavailable
      publishStatusReason = reason
    case .failed(let reason):
      publishStatus = .failed
      publishStatusReason = reason
    }
  }
}

extension DeliverableResult.Cadence {
  init(_ cadence: ExecutionRecord.Cadence) {
    switch cadence {
    case .adhoc: self = .adhoc
    case .daily: self = .daily
    case .weekly: self = .weekly
    }
  }
}

extension StatusReason {
  /// The reason of an execution that took longer than its request allowed.
  static func timedOut(seconds: Int) -> String {
    "The query took longer than workflowExecutionTimeoutSeconds allows: \(seconds) seconds."
  }
}
