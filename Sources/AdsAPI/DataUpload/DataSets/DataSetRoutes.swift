import AdvertiserData
import CleanRoom
import Hummingbird

/// Data sets: `/amc/advertiserData/{instanceId}/dataSets`.
struct DataSetRoutes: Sendable {
  let entrance: DataUploadEntrance
  let dataSets: DataSetService

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/amc/advertiserData/{instanceId}/dataSets")
      .add(middleware: ErrorMiddleware(bodies: DataUploadErrors(.dataSet)))
      .post { request, context in try await self.create(request, context) }
      .post("list") { request, context in try await self.list(request, context) }
      .get("{dataSetId}") { request, context in try await self.show(request, context) }
      .put("{dataSetId}") { request, context in try await self.update(request, context) }
      .delete("{dataSetId}") { request, context in try await self.delete(request, context) }
  }

  private func create(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .createDataSet, .dataSet)
    let draft = try DataSetRequests.creation(of: try await entrance.body(of: request))
    try await dataSets.create(draft, in: entry.instance)
    return try Response.json(
      DataSetResponses.Identifiers(dataSetId: draft.id, instanceId: entry.instance.id), mediaType: entry.mediaType)
  }

  private func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .listDataSets, .dataSet)
    let parameters = try await ListParameters(request, names: ["nextToken", "maxResults"])
    let page = try entrance.page(parameters, entry)
    let found = try await dataSets.dataSets(
      instanceID: entry.instance.id, afterSequence: try entrance.reporting.start(of: page, from: 0),
      limit: page.limit + 1)
    return try Response.json(
      DataSetResponses.List(
        dataSets: found.prefix(page.limit).map(DataSetResponses.Definition.init),
        nextToken: try entrance.reporting.nextToken(after: page, positions: found.map(\.sequence))),
      mediaType: entry.mediaType)
  }

  private func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .getDataSet, .dataSet)
    let dataSet = try await dataSets.dataSet(
      id: context.pathParameter("dataSetId"), instanceID: entry.instance.id)
    return try Response.json(DataSetResponses.Single(dataSet), mediaType: entry.mediaType)
  }

  private func update(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .updateDataSet, .dataSet)
    let id = context.pathParameter("dataSetId")
    _ = try await dataSets.dataSet(id: id, instanceID: entry.instance.id)
    let change = try DataSetRequests.update(of: try await entrance.body(of: request))
    let dataSet = try await dataSets.update(change, id: id, instanceID: entry.instance.id)
    return try Response.json(DataSetResponses.Single(dataSet), mediaType: entry.mediaType)
  }

  private func delete(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .deleteDataSet, .dataSet)
    let id = context.pathParameter("dataSetId")
    try await dataSets.delete(id: id, instanceID: entry.instance.id)
    return try Response.json(
      DataSetResponses.Identifiers(dataSetId: id, instanceId: entry.instance.id), mediaType: entry.mediaType)
  }
}
