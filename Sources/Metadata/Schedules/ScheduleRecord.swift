package import struct Foundation.Date
import GRDB

/// When a workflow runs by itself.
package struct ScheduleRecord: Sendable, Hashable {
  /// How long a period is, with the published API's names.
  package enum Period: String, Sendable, Hashable, Codable, CaseIterable {
    case daily = "Daily"
    case weekly = "Weekly"
  }

  /// A day of the week, with the published API's names.
  package enum Weekday: String, Sendable, Hashable, Codable, CaseIterable {
    case sunday = "Sunday"
    case monday = "Monday"
    case tuesday = "Tuesday"
    case wednesday = "Wednesday"
    case thursday = "Thursday"
    case friday = "Friday"
    case saturday = "Saturday"
  }

  /// The place in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var instanceID: String
  /// As its owner has named it; once in an instance.
  package var id: String
  package var workflowID: String
  package var period: Period
  /// The day on which weekly periods begin and end; daily ones do not look at it.
  package var startDay: Weekday
  /// The hour of the day, 0…23 in UTC, at which periods begin and end.
  package var hourUTC: Int
  package var isEnabled: Bool
  package var requiresSyntheticData: Bool
  package var disablesAggregationControls: Bool
  /// The end of the last period that is settled: it has run, or nothing is owed for it.
  package var lastPeriodEnd: Date
  package var createdAt: Date
  package var updatedAt: Date

  package init(
    instanceID: String, id: String, workflowID: String, period: Period, startDay: Weekday, hourUTC: Int,
    isEnabled: Bool, requiresSyntheticData: Bool, disablesAggregationControls: Bool, lastPeriodEnd: Date,
    createdAt: Date
  ) {
    self.instanceID = instanceID
    self.id = id
    self.workflowID = workflowID
    self.period = period
    self.startDay = startDay
    self.hourUTC = hourUTC
    self.isEnabled = isEnabled
    self.requiresSyntheticData = requiresSyntheticData
    self.disablesAggregationControls = disablesAggregationControls
    self.lastPeriodEnd = lastPeriodEnd
    self.createdAt = createdAt
    self.updatedAt = createdAt
  }
}

extension ScheduleRecord: StoredRecord {
  package static let databaseTableName = "schedule"
}

extension MetadataReading {
  /// The schedule of that id in the instance, or nil.
  package func schedule(id: String, instanceID: String) throws -> ScheduleRecord? {
    try ScheduleRecord.filter(Column("instanceID") == instanceID && Column("id") == id).fetchOne(database)
  }

  /// The instance's schedules, oldest first, from after `afterSequence`, at most `limit`.
  package func schedules(instanceID: String, afterSequence: Int64, limit: Int) throws -> [ScheduleRecord] {
    try ScheduleRecord.fetchAll(
      database, sql: "SELECT * FROM schedule WHERE instanceID = ? AND sequence > ? ORDER BY sequence LIMIT ?",
      arguments: [instanceID, afterSequence, limit])
  }

  /// The schedules that refer to a workflow, oldest first.
  package func schedules(workflowID: String, instanceID: String) throws -> [ScheduleRecord] {
    try ScheduleRecord.fetchAll(
      database, sql: "SELECT * FROM schedule WHERE instanceID = ? AND workflowID = ? ORDER BY sequence",
      arguments: [instanceID, workflowID])
  }

  /// The schedules that are switched on, in every instance, oldest first.
  package func enabledSchedules() throws -> [ScheduleRecord] {
    try ScheduleRecord.fetchAll(database, sql: "SELECT * FROM schedule WHERE isEnabled ORDER BY sequence")
  }
}

extension WriteTransaction {
  package func insert(_ schedule: ScheduleRecord) throws {
    try schedule.insert(database)
  }

  /// Writes all of the schedule. Throws `MetadataError.corrupted` when it is gone.
  package func update(_ schedule: ScheduleRecord) throws {
    do { try schedule.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }

  package func deleteSchedule(id: String, instanceID: String) throws {
    try ScheduleRecord.filter(Column("instanceID") == instanceID && Column("id") == id).deleteAll(database)
  }
}
