import Base
import CleanRoom
import Measurement
import Metadata

/// Schedules of workflows: `/amc/reporting/{instanceId}/schedules`.
struct ScheduleRoutes {
  let schedules: ScheduleService

  func add(to routes: Routes) {
    routes.instance("listSchedules") { request in
      let page = try request.page()
      let found = try await schedules.schedules(
        instanceID: request.instance.id, afterSequence: try page.number(first: 0), limit: page.fetchLimit)
      return try request.respond(with: page.list("schedules", of: found, at: { $0.sequence ?? 0 }, Self.shown))
    }
    routes.instance("createSchedule") { request in
      try await schedules.create(try Self.creation(of: try await request.fields()), in: request.instance)
      return try request.respond()
    }
    routes.instance("getSchedule") { request in
      let schedule = try await schedules.schedule(id: request.path("scheduleId"), instanceID: request.instance.id)
      return try request.respond(object: ["schedule": Self.shown(schedule)])
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

  /// The body of a POST. Types are checked here, their meaning in `ScheduleService`.
  private static func creation(of body: FieldReader) throws(RequestError) -> ScheduleDraft {
    var fields = body
    let id = try fields.requiredString("scheduleId")
    return try draft(&fields, id: id)
  }

  /// The body of a PUT. A schedule that it names must be the one of the path.
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
    // The marketplace is in the header already.
    _ = try fields.string("marketplaceId")
    try fields.finish()
    return draft
  }

  // MARK: Responses, as the published OpenAPI file has them

  private static func shown(_ schedule: ScheduleRecord) -> JSONObject {
    [
      "aggregationHourUtc": schedule.hourUTC,
      "aggregationPeriod": schedule.period.rawValue,
      "aggregationStartDay": schedule.startDay.rawValue,
      "disableAggregationControls": schedule.disablesAggregationControls,
      "requireSyntheticData": schedule.requiresSyntheticData,
      "scheduleEnabled": schedule.isEnabled,
      "scheduleId": schedule.id,
      "workflowId": schedule.workflowID,
    ]
  }
}
