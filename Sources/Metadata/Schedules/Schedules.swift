package import struct Foundation.Date
import GRDB

/// A schedule, by which a workflow runs by itself.
package struct ScheduleRecord: ChangingRecord {
  package static let databaseTableName = "schedule"
  package enum CodingKeys: String, StoredColumn {
    case sequence, instanceID, id, workflowID, period, startDay, hourUTC, isEnabled, requiresSyntheticData
    case disablesAggregationControls, lastPeriodEnd, createdAt, updatedAt
  }

  /// The length of a period, with the published API's names.
  package enum Period: String, StoredChoice {
    case daily = "Daily"
    case weekly = "Weekly"
  }

  /// A day of the week, with the published API's names.
  package enum Weekday: String, StoredChoice {
    case sunday = "Sunday"
    case monday = "Monday"
    case tuesday = "Tuesday"
    case wednesday = "Wednesday"
    case thursday = "Thursday"
    case friday = "Friday"
    case saturday = "Saturday"
  }

  /// The position in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var instanceID: String
  /// The owner's name of the schedule, unique in an instance.
  package var id: String
  package var workflowID: String
  package var period: Period
  /// The day on which weekly periods begin and end; daily ones ignore it.
  package var startDay: Weekday
  /// The hour of the day, 0…23 in UTC, at which periods begin and end.
  package var hourUTC: Int
  package var isEnabled: Bool
  package var requiresSyntheticData: Bool
  package var disablesAggregationControls: Bool
  /// The end of the last settled period: it has run, or does not have to.
  package var lastPeriodEnd: Date
  package var createdAt: Date
  package var updatedAt: Date

  package init(
    instanceID: String, id: String, workflowID: String, period: Period, startDay: Weekday, hourUTC: Int,
    isEnabled: Bool, requiresSyntheticData: Bool, disablesAggregationControls: Bool, lastPeriodEnd: Date,
    createdAt: Date
  ) {
    (self.instanceID, self.id, self.workflowID) = (instanceID, id, workflowID)
    (self.period, self.startDay, self.hourUTC, self.isEnabled) = (period, startDay, hourUTC, isEnabled)
    self.requiresSyntheticData = requiresSyntheticData
    self.disablesAggregationControls = disablesAggregationControls
    (self.lastPeriodEnd, self.createdAt, updatedAt) = (lastPeriodEnd, createdAt, createdAt)
  }
}

extension MetadataReading {
  /// The instance's schedule with the id, or nil.
  package func schedule(id: String, instanceID: String) throws -> ScheduleRecord? {
    try ScheduleRecord.fetchOne(database, key: ["instanceID": instanceID, "id": id])
  }

  /// The instance's schedules, oldest first, from after `afterSequence`, at most `limit`.
  package func schedules(instanceID: String, afterSequence: Int64, limit: Int) throws -> [ScheduleRecord] {
    try ScheduleRecord.filter { $0.instanceID == instanceID && $0.sequence > afterSequence }.order { $0.sequence }
      .limit(limit).fetchAll(database)
  }

  /// The schedules that refer to a workflow, oldest first.
  package func schedules(workflowID: String, instanceID: String) throws -> [ScheduleRecord] {
    try ScheduleRecord.filter { $0.instanceID == instanceID && $0.workflowID == workflowID }.order { $0.sequence }
      .fetchAll(database)
  }

  /// The enabled schedules of all instances, oldest first.
  package func enabledSchedules() throws -> [ScheduleRecord] {
    try ScheduleRecord.filter { $0.isEnabled == true }.order { $0.sequence }.fetchAll(database)
  }
}

extension WriteTransaction {
  package func deleteSchedule(id: String, instanceID: String) throws {
    try ScheduleRecord.deleteOne(database, key: ["instanceID": instanceID, "id": id])
  }
}
