import Measurement
import CleanRoom
import Hummingbird
import Metadata

/// Schedules of workflows: `/amc/reporting/{instanceId}/schedules`.
struct ScheduleRoutes: Sendable {
  let entrance: ReportingEntrance
  let schedules: ScheduleService

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/amc/reporting/{instanceId}/schedules")
      .add(middleware: ErrorMiddleware(bodies: ReportingErrors(ScheduleMediaType.v1)))
      .get { request, context in try await self.list(request, context) }
      .post { request, context in try await self.create(request, context) }
      .get("{scheduleId}") { request, context in try await self.show(request, context) }
      .put("{scheduleId}") { request, context in try await self.update(request, context) }
      .delete("{scheduleId}") { request, context in try await self.delete(request, context) }
  }

  private func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .listSchedules, ScheduleMediaType.v1)
    let page = try entrance.page(request, entry)
    let found = try await schedules.schedules(
      instanceID: entry.instance.id, afterSequence: try entrance.start(of: page, from: 0), limit: page.limit + 1)
    return try Response.json(
      ScheduleResponses.List(
        schedules: found.prefix(page.limit).map(ScheduleResponses.Schedule.init),
        nextToken: try entrance.nextToken(after: page, positions: found.map { $0.sequence ?? 0 })),
      mediaType: entry.mediaType)
  }

  private func create(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .createSchedule, ScheduleMediaType.v1)
    let data = try await BodyReader.data(of: request)
    let draft = try ScheduleRequests.creation(of: try BodyReader.object(data, of: request))
    try await schedules.create(draft, in: entry.instance)
    return try Response.json(EmptyAnswer(), mediaType: entry.mediaType)
  }

  private func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .getSchedule, ScheduleMediaType.v1)
    let schedule = try await schedules.schedule(
      id: context.pathParameter("scheduleId"), instanceID: entry.instance.id)
    return try Response.json(
      ScheduleResponses.Single(schedule: ScheduleResponses.Schedule(schedule)), mediaType: entry.mediaType)
  }

  private func update(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .updateSchedule, ScheduleMediaType.v1)
    let id = context.pathParameter("scheduleId")
    _ = try await schedules.schedule(id: id, instanceID: entry.instance.id)
    let data = try await BodyReader.data(of: request)
    let draft = try ScheduleRequests.update(of: try BodyReader.object(data, of: request), id: id)
    try await schedules.update(draft, in: entry.instance)
    return try Response.json(EmptyAnswer(), mediaType: entry.mediaType)
  }

  private func delete(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .deleteSchedule, ScheduleMediaType.v1)
    try await schedules.delete(id: context.pathParameter("scheduleId"), instanceID: entry.instance.id)
    return try Response.json(EmptyAnswer(), mediaType: entry.mediaType)
  }
}
