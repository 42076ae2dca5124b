package import Base
package import CleanRoom
import Queries
package import Logging
package import Metadata
import ServiceLifecycle

import struct Foundation.Date

/// Makes the due executions of schedules: one for each period that has ended.
///
/// After a stop, only the latest period runs. AMC documents a report for each period, but a server that was down for a
/// month should not make thirty of them at once. Settling a period and making its execution are one transaction, so no
/// crash makes a period run twice or not at all.
package final class ScheduleRunner: Service {
  private let store: MetadataStore
  private let clock: any WallClock
  private let identifiers: any IdentifierGenerator
  private let interval: Duration
  private let logger: Logger
  private let sleep: JobRunner.Sleep
  private let wakeSignal: WakeSignal
  private let wakeRunner: @Sendable () -> Void

  /// - Parameters:
  ///   - wakeSignal: Notified when there may be something to do before the next check: the clock was moved.
  ///   - wakeRunner: Called after each transaction that queued jobs.
  package init(
    store: MetadataStore, clock: any WallClock, identifiers: any IdentifierGenerator, interval: Duration,
    logger: Logger, sleep: @escaping JobRunner.Sleep = { try await Task.sleep(for: $0) },
    wakeSignal: WakeSignal = WakeSignal(),
    wakeRunner: @escaping @Sendable () -> Void
  ) {
    self.store = store
    self.clock = clock
    self.identifiers = identifiers
    self.interval = interval
    self.logger = logger
    self.sleep = sleep
    self.wakeSignal = wakeSignal
    self.wakeRunner = wakeRunner
  }

  /// Checks the schedules again and again until the service group shuts down or the task is cancelled.
  package func run() async throws {
    await cancelWhenGracefulShutdown {
      await self.wakeSignal.run(
        every: self.interval, sleep: self.sleep, logger: self.logger, onFailure: "Schedules could not be run."
      ) { try await self.runDue() }
    }
  }

  /// Makes the due executions, and returns their number. A schedule that can't run does not stop the others; the first
  /// error is thrown at the end.
  @discardableResult
  package func runDue() async throws -> Int {
    let now = clock.now
    let due = try await store.read { try $0.enabledSchedules() }.filter {
      $0.periods.lastEnd(at: now) > $0.lastPeriodEnd
    }
    var count = 0
    var failure: (any Error)?
    for schedule in due {
      do {
        if try await run(schedule, at: now) { count += 1 }
      } catch {
        failure = failure ?? error
      }
    }
    if count > 0 { wakeRunner() }
    if let failure { throw failure }
    return count
  }

  /// Settles the schedule's last period. Returns whether that made an execution.
  private func run(_ schedule: ScheduleRecord, at now: Date) async throws -> Bool {
    let executionID = identifiers.uuid()
    return try await store.write { transaction in
      guard var schedule = try transaction.schedule(id: schedule.id, instanceID: schedule.instanceID),
        let instance = try transaction.find(InstanceRecord.self, id: schedule.instanceID),
        let workflow = try transaction.workflow(id: schedule.workflowID, instanceID: schedule.instanceID)
      else { return false }
      let end = schedule.periods.lastEnd(at: now)
      guard schedule.isEnabled, end > schedule.lastPeriodEnd else { return false }
      schedule.lastPeriodEnd = end
      try transaction.update(schedule)
      // A schedule that was deleted and made again must not repeat the executions of its namesake.
      guard try !transaction.hasExecution(scheduleID: schedule.id, instanceID: instance.id, windowEnd: end) else {
        return false
      }
      let execution = try self.execution(
        id: executionID, of: schedule, periodEnd: end, WorkflowDefinition(stored: workflow.definition), at: now)
      try transaction.insert(execution)
      try transaction.insert(
        JobRecord(
          kind: .execution, subjectID: execution.id, instanceID: instance.id, accountID: instance.accountID,
          createdAt: now))
      return true
    }
  }

  private func execution(
    id: String, of schedule: ScheduleRecord, periodEnd: Date, _ definition: WorkflowDefinition, at now: Date
  ) throws -> ExecutionRecord {
    let definition = definition.declaringAll()
    let parameters = try ParameterSet(values: .object([:]), declared: definition.inputParameters)
    var execution = ExecutionRecord(
      id: id, instanceID: schedule.instanceID, workflowID: schedule.workflowID, query: definition.sqlQuery,
      timeWindowStart: schedule.periods.start(ofPeriodEndingAt: periodEnd), timeWindowEnd: periodEnd,
      timeWindowStartOriginal: nil, timeWindowEndOriginal: nil, timeZone: "UTC",
      parameterValues: try parameters.json.text, isDryRun: false, timeoutSeconds: ExecutionDraft.defaultTimeoutSeconds,
      createdAt: now)
    execution.workflow = try definition.text
    execution.scheduleID = schedule.id
    execution.requiresSyntheticData = schedule.requiresSyntheticData
    execution.disablesAggregationControls = schedule.disablesAggregationControls
    switch schedule.period {
    case .daily: execution.cadence = .daily
    case .weekly: execution.cadence = .weekly
    }
    return execution
  }
}
