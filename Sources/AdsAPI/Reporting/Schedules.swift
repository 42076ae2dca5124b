import Measurement
import CleanRoom
import Metadata

/// Schedules of workflows: `/amc/reporting/{instanceId}/schedules`.
struct ScheduleRoutes {
  let schedules: ScheduleService

  func add(to routes: Routes) {
    routes.instance("listSchedules") { request in
      let page = try request.page()
      let found = try await schedules.schedules(
        instanceID: request.instance.id, afterSequence: try page.number(first: 0), limit: page.fetchLimit)
      let (shown, nextToken) = try page.cut(found) { $0.sequence ?? 0 }
      return try request.respond(with: List(schedules: shown.map(Schedule.init), nextToken: nextToken))
    }
    routes.instance("createSchedule") { request in
      try await schedules.create(try Self.creation(of: try await request.fields()), in: request.instance)
      return try request.respond()
    }
    routes.instance("getSchedule") { request in
      let schedule = try await schedules.schedule(id: request.path("scheduleId"), instanceID: request.instance.id)
      return try request.respond(with: Single(schedule: Schedule(schedule)))
    }
    routes.instance("updateSchedule") { request in
      let id = request.path("scheduleId")
      _ = try await schedules.schedule(id: id, instanceID: request.instance.id)
      try await schedules.update(try Self.update(of: try await request.fields(), id: id), in: request.instance)
      return try request.respond()
    }
    routes.instance("deleteSchedule") { request in
      try await schedules.delete(id: request.path("scheduleId"), instanceID: request.instance.id)
      return try request.respond()
    }
  }

  // MARK: Requests

  /// The body of a POST. Types are checked here, their sense in `ScheduleService`.
  private static func creation(of body: FieldReader) throws(RequestError) -> ScheduleDraft {
    var fields = body
    let id = try fields.requiredString("scheduleId")
    return try draft(&fields, id: id)
  }

  /// The body of a PUT; where it names a schedule, it is the one of the path.
  private static func update(of body: FieldReader, id: String) throws -> ScheduleDraft {
    var fields = body
    let named = try fields.string("scheduleId")
    guard named == nil || named == id else { throw CleanRoomError.unchangeableField(name: "scheduleId") }
    return try draft(&fields, id: id)
  }

  private static func draft(_ fields: inout FieldReader, id: String) throws(RequestError) -> ScheduleDraft {
    let workflowID = try fields.requiredString("workflowId")
    let period = try fields.requiredChoice("aggregationPeriod", ScheduleRecord.Period.self)
    var draft = ScheduleDraft(id: id, workflowID: workflowID, period: period)
    draft.startDay = try fields.choice("aggregationStartDay", ScheduleRecord.Weekday.self)
    draft.hourUTC = try fields.integer("aggregationHourUtc")
    draft.isEnabled = try fields.boolean("scheduleEnabled")
    draft.requiresSyntheticData = try fields.boolean("requireSyntheticData") ?? false
    draft.disablesAggregationControls = try fields.boolean("disableAggregationControls") ?? false
    // The header has said which marketplace it is.
    _ = try fields.string("marketplaceId")
    try fields.finish()
    return draft
  }

  // MARK: Responses, as the published OpenAPI file has them

  private struct Single: Encodable {
    let schedule: Schedule
  }

  private struct List: Encodable {
    let schedules: [Schedule]
    let nextToken: String?
  }

  private struct Schedule: Encodable {
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
