package import Base
import CleanRoom
package import Jobs
package import Logging
package import Metadata
import Queries

import struct Foundation.Date

/// Makes the due executions of schedules: one for each period that is over.
///
/// After a stop, only the latest period is made up for. AMC documents one report per period, and a server that was down
/// for a month should not start with thirty of them at once. One transaction marks a period as done and creates its
/// execution, so no crash makes a period run twice or not at all.
package struct DueSchedules: DueWork {
  package static let failureMessage: Logger.Message = "Schedules could not be run."

  private let store: MetadataStore
  private let clock: any WallClock
  private let identifiers: any IdentifierGenerator
  private let charges: ExecutionCharges?

  /// - Parameter charges: Charges executions of instances in noise mode when they are made; without it, when they run.
  package init(
    store: MetadataStore, clock: any WallClock, identifiers: any IdentifierGenerator, charges: ExecutionCharges? = nil
  ) {
    self.store = store
    self.clock = clock
    self.identifiers = identifiers
    self.charges = charges
  }

  /// Makes the executions that are due now, and returns their number. A schedule that cannot be run does not keep
  /// others from running; the first error is thrown in the end.
  package func queueDue() async throws -> Int {
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
    if let failure { throw failure }
    return count
  }

  /// Handles the schedule's last period. Returns whether that made an execution.
  private func run(_ schedule: ScheduleRecord, at now: Date) async throws -> Bool {
    let executionID = identifiers.uuid()
    let expected = try await charged(schedule, executionID: executionID, at: now)
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
      var execution = try self.execution(
        id: executionID, of: schedule, periodEnd: end, WorkflowDefinition(stored: workflow.definition), at: now)
      // A workflow that was changed meanwhile is charged when it runs.
      if let expected, expected.execution.isSameQuery(as: execution) {
        execution.noise = expected.execution.noise
        if let refusal = try charges?.reserve(expected.reservation, for: execution, in: transaction, at: now) {
          execution.refuse(refusal.message)
          try transaction.insert(execution)
          return true
        }
      }
      try transaction.insert(execution)
      try transaction.insert(
        JobRecord(
          kind: .execution, subjectID: execution.id, instanceID: instance.id, accountID: instance.accountID,
          createdAt: now))
      return true
    }
  }

  /// The execution that is due, with its charge; nil in threshold mode.
  private func charged(
    _ schedule: ScheduleRecord, executionID: String, at now: Date
  ) async throws -> (execution: ExecutionRecord, reservation: ExecutionCharges.Reservation?)? {
    guard let charges else { return nil }
    let (instance, workflow) = try await store.read { snapshot in
      (
        try snapshot.find(InstanceRecord.self, id: schedule.instanceID),
        try snapshot.workflow(id: schedule.workflowID, instanceID: schedule.instanceID)
      )
    }
    guard let instance, instance.privacyMode == .noise, let workflow else { return nil }
    var execution = try execution(
      id: executionID, of: schedule, periodEnd: schedule.periods.lastEnd(at: now),
      WorkflowDefinition(stored: workflow.definition), at: now)
    let reservation = try await charges.reservation(for: &execution, in: instance)
    return (execution, reservation)
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

extension ExecutionRecord {
  /// Whether both ask the same.
  fileprivate func isSameQuery(as other: ExecutionRecord) -> Bool {
    (workflow, parameterValues, timeWindowStart, timeWindowEnd)
      == (other.workflow, other.parameterValues, other.timeWindowStart, other.timeWindowEnd)
  }

  /// Ends an execution that the privacy budget refuses, before it is recorded.
  fileprivate mutating func refuse(_ reason: String) {
    status = .failed
    statusReason = reason
    publishStatus = .unavailable
  }
}

/// Runs due schedules again and again.
package typealias ScheduleRunner = PollingRunner<DueSchedules>
