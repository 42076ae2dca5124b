import Metadata

/// What schedule requests are answered with, as the published OpenAPI has it.
enum ScheduleResponses {
  struct Single: Encodable {
    let schedule: Schedule
  }

  struct List: Encodable {
    let schedules: [Schedule]
    let nextToken: String?
  }

  struct Schedule: Encodable {
    let aggregationHourUtc: Int
    let aggregationPeriod: String
    let aggregationStartDay: String
    let disableAggregationControls: Bool
    let requireSyntheticData: Bool
    let scheduleEnabled: Bool
    let scheduleId: String
    let workflowId: String

    init(_ schedule: ScheduleRecord) {
      aggregationHourUtc = schedule.hourUTC
      aggregationPeriod = schedule.period.rawValue
      aggregationStartDay = schedule.startDay.rawValue
      disableAggregationControls = schedule.disablesAggregationControls
      requireSyntheticData = schedule.requiresSyntheticData
      scheduleEnabled = schedule.isEnabled
      scheduleId = schedule.id
      workflowId = schedule.workflowID
    }
  }
}
