import AdvertiserData
import CleanRoom
import Hummingbird

/// Uploads to data sets: `/amc/advertiserData/{instanceId}/uploads`.
struct UploadRoutes: Sendable {
  let entrance: DataUploadEntrance
  let dataSets: DataSetService
  let uploads: UploadService

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/amc/advertiserData/{instanceId}/uploads")
      .add(middleware: ErrorMiddleware(bodies: DataUploadErrors(.upload)))
      .post("list") { request, context in try await self.list(request, context) }
      .post("{dataSetId}") { request, context in try await self.create(request, context) }
      .get("{dataSetId}/{uploadId}") { request, context in try await self.show(request, context) }
  }

  private func create(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .createUpload, .upload)
    let dataSetID = context.pathParameter("dataSetId")
    _ = try await dataSets.dataSet(id: dataSetID, instanceID: entry.instance.id)
    let order = try UploadRequests.creation(of: try await entrance.body(of: request))
    let upload = try await uploads.create(order, dataSetID: dataSetID, in: entry.instance)
    return try Response.json(UploadResponses.Creation(upload), mediaType: entry.mediaType)
  }

  private func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .listUploads, .upload)
    let parameters = try await ListParameters(request, names: UploadListRequest.names)
    let list = try UploadListRequest(parameters, instanceID: entry.instance.id)
    let page = try entrance.page(parameters, entry, filters: list.tokenSubject)
    let found = try await uploads.uploads(
      list.filter, before: try entrance.reporting.start(of: page, from: .max), limit: page.limit + 1)
    return try Response.json(
      UploadResponses.List(
        nextToken: try entrance.reporting.nextToken(after: page, positions: found.map { $0.record.sequence ?? 0 }),
        uploads: found.prefix(page.limit).map(UploadResponses.Details.init)),
      mediaType: entry.mediaType)
  }

  private func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .getUpload, .upload)
    let upload = try await uploads.upload(
      id: context.pathParameter("uploadId"), dataSetID: context.pathParameter("dataSetId"),
      instanceID: entry.instance.id)
    return try Response.json(
      UploadResponses.Single(upload: UploadResponses.Details(upload)), mediaType: entry.mediaType)
  }
}
