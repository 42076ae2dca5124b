package import Base
import CleanRoom
package import Metadata

import struct Foundation.Date

/// A requested schedule.
package struct ScheduleDraft: Sendable, Hashable {
  package var id: String
  package var workflowID: String
  package var period: ScheduleRecord.Period
  /// nil for the day of the week on which the schedule is made.
  package var startDay: ScheduleRecord.Weekday?
  /// 0…23; nil for midnight.
  package var hourUTC: Int?
  /// nil for an enabled schedule.
  package var isEnabled: Bool?
  package var requiresSyntheticData = false
  package var disablesAggregationControls = false

  package init(id: String, workflowID: String, period: ScheduleRecord.Period) {
    self.id = id
    self.workflowID = workflowID
    self.period = period
  }
}

/// Makes, shows, changes and deletes schedules.
///
/// A schedule does not run for periods that were over when it was made, changed or enabled.
package struct ScheduleService: Sendable {
  private let store: MetadataStore
  private let clock: any WallClock

  package init(store: MetadataStore, clock: any WallClock) {
    self.store = store
    self.clock = clock
  }

  /// Makes a schedule with an id that is new in the instance.
  package func create(_ draft: ScheduleDraft, in instance: InstanceRecord) async throws {
    let now = clock.now
    try validate(draft, instance)
    try await store.write { transaction in
      guard try transaction.schedule(id: draft.id, instanceID: instance.id) == nil else {
        throw CleanRoomError.scheduleExists(id: draft.id)
      }
      try requireWorkflow(of: draft, instance, in: transaction)
      try transaction.insert(record(of: draft, instance, at: now))
    }
  }

  /// Replaces the settings of a schedule.
  package func update(_ draft: ScheduleDraft, in instance: InstanceRecord) async throws {
    let now = clock.now
    try await store.write { transaction in
      guard let current = try transaction.schedule(id: draft.id, instanceID: instance.id) else {
        throw CleanRoomError.unknownSchedule
      }
      try validate(draft, instance)
      try requireWorkflow(of: draft, instance, in: transaction)
      var draft = draft
      draft.startDay = draft.startDay ?? current.startDay
      var record = record(of: draft, instance, at: now)
      record.sequence = current.sequence
      record.createdAt = current.createdAt
      // A due period stays due if the periods are the same and the schedule was enabled all the time.
      if current.isEnabled, record.isEnabled, current.periods == record.periods {
        record.lastPeriodEnd = current.lastPeriodEnd
      }
      try transaction.update(record)
    }
  }

  /// Checks whether a schedule can be made, except for another one with its id. Nothing is made.
  ///
  /// - Parameter knowingWorkflow: Whether its workflow counts as existing without being looked up.
  package func check(_ draft: ScheduleDraft, in instance: InstanceRecord, knowingWorkflow: Bool) async throws {
    try validate(draft, instance)
    guard !knowingWorkflow else { return }
    let workflow = try await store.read { try $0.workflow(id: draft.workflowID, instanceID: instance.id) }
    guard workflow != nil else { throw Self.noWorkflow }
  }

  private static var noWorkflow: CleanRoomError {
    .invalidField(name: "workflowId", reason: "is not a workflow of the instance.")
  }

  /// The instance's schedule with the id.
  package func schedule(id: String, instanceID: String) async throws -> ScheduleRecord {
    guard let schedule = try await store.read({ try $0.schedule(id: id, instanceID: instanceID) }) else {
      throw CleanRoomError.unknownSchedule
    }
    return schedule
  }

  /// The instance's schedules in the order of their creation, from after `afterSequence`, at most `limit`.
  package func schedules(
    instanceID: String, afterSequence: Int64, limit: Int
  ) async throws -> [ScheduleRecord] {
    try await store.read { try $0.schedules(instanceID: instanceID, afterSequence: afterSequence, limit: limit) }
  }

  /// Deletes a schedule. Its executions stay.
  package func delete(id: String, instanceID: String) async throws {
    try await store.write { transaction in
      guard try transaction.schedule(id: id, instanceID: instanceID) != nil else {
        throw CleanRoomError.unknownSchedule
      }
      try transaction.deleteSchedule(id: id, instanceID: instanceID)
    }
  }

  private func validate(_ draft: ScheduleDraft, _ instance: InstanceRecord) throws(CleanRoomError) {
    guard NameShape.accepts(draft.id) else { throw .invalidField(name: "scheduleId", reason: NameShape.rule) }
    if let hour = draft.hourUTC, !(0...23).contains(hour) {
      throw .invalidField(name: "aggregationHourUtc", reason: "must be from 0 to 23.")
    }
    try SyntheticDataRule.check(
      requiresSyntheticData: draft.requiresSyntheticData,
      disablesAggregationControls: draft.disablesAggregationControls, isSandbox: instance.kind == .sandbox)
  }

  private func requireWorkflow(
    of draft: ScheduleDraft, _ instance: InstanceRecord, in transaction: WriteTransaction
  ) throws {
    guard try transaction.workflow(id: draft.workflowID, instanceID: instance.id) != nil else {
      throw Self.noWorkflow
    }
  }

  private func record(of draft: ScheduleDraft, _ instance: InstanceRecord, at now: Date) -> ScheduleRecord {
    var record = ScheduleRecord(
      instanceID: instance.id, id: draft.id, workflowID: draft.workflowID, period: draft.period,
      startDay: draft.startDay ?? ScheduleRecord.Weekday(of: now), hourUTC: draft.hourUTC ?? 0,
      isEnabled: draft.isEnabled ?? true, requiresSyntheticData: draft.requiresSyntheticData,
      disablesAggregationControls: draft.disablesAggregationControls, lastPeriodEnd: now, createdAt: now)
    record.lastPeriodEnd = record.periods.lastEnd(at: now)
    return record
  }
}
