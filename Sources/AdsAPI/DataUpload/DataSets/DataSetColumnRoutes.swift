import AdvertiserData
import CleanRoom
import Hummingbird

/// Columns of data sets: `/amc/advertiserData/{instanceId}/dataSets/{dataSetId}/columns`.
struct DataSetColumnRoutes: Sendable {
  let entrance: DataUploadEntrance
  let dataSets: DataSetService

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/amc/advertiserData/{instanceId}/dataSets/{dataSetId}/columns")
      .add(middleware: ErrorMiddleware(bodies: DataUploadErrors(.column)))
      .post { request, context in try await self.add(request, context) }
      .put("{columnName}") { request, context in try await self.update(request, context) }
      .delete("{columnName}") { request, context in try await self.delete(request, context) }
  }

  private func add(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let (entry, id) = try await enter(request, context, .addColumnToDataSet)
    let column = try DataSetColumnRequests.addition(of: try await entrance.body(of: request))
    let dataSet = try await dataSets.add(column, to: id, instanceID: entry.instance.id)
    return try Response.json(DataSetResponses.Single(dataSet), mediaType: entry.mediaType)
  }

  private func update(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let (entry, id) = try await enter(request, context, .updateColumnInDataSet)
    let change = try DataSetColumnRequests.update(of: try await entrance.body(of: request))
    let dataSet = try await dataSets.update(
      column: context.pathParameter("columnName"), change, of: id, instanceID: entry.instance.id)
    return try Response.json(DataSetResponses.Single(dataSet), mediaType: entry.mediaType)
  }

  private func delete(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let (entry, id) = try await enter(request, context, .deleteColumnFromDataSet)
    let dataSet = try await dataSets.delete(
      column: context.pathParameter("columnName"), of: id, instanceID: entry.instance.id)
    return try Response.json(DataSetResponses.Single(dataSet), mediaType: entry.mediaType)
  }

  /// Lets in, and makes sure of the data set before the body is looked at.
  private func enter(
    _ request: Request, _ context: APIRequestContext, _ operation: Operation
  ) async throws -> (DataUploadEntrance.Entry, dataSetID: String) {
    let entry = try await entrance.enter(request, context, operation, .column)
    let id = context.pathParameter("dataSetId")
    _ = try await dataSets.dataSet(id: id, instanceID: entry.instance.id)
    return (entry, id)
  }
}
