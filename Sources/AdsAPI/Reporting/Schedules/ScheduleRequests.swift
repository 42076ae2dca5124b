import Measurement
import CleanRoom
import Metadata

/// The media type of schedules.
enum ScheduleMediaType: String, CaseIterable, Sendable {
  case v1 = "application/vnd.amcschedules.v1+json"
}

/// Reads what schedule requests hold. Shapes and types are checked here, their sense in `ScheduleService`.
enum ScheduleRequests {
  /// The body of a POST.
  static func creation(of members: [String: JSONValue]) throws(RequestError) -> ScheduleDraft {
    var fields = FieldReader(members)
    let id = try fields.requiredString("scheduleId")
    return try draft(&fields, id: id)
  }

  /// The body of a PUT; where it names a schedule, it is the one of the path.
  static func update(of members: [String: JSONValue], id: String) throws -> ScheduleDraft {
    var fields = FieldReader(members)
    let named = try fields.string("scheduleId")
    guard named == nil || named == id else { throw CleanRoomError.unchangeableField(name: "scheduleId") }
    return try draft(&fields, id: id)
  }

  private static func draft(_ fields: inout FieldReader, id: String) throws(RequestError) -> ScheduleDraft {
    let workflowID = try fields.requiredString("workflowId")
    guard let period = try fields.choice("aggregationPeriod", ScheduleRecord.Period.self) else {
      throw .missingField("aggregationPeriod")
    }
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
}
