import Queries
import Catalog
import CleanRoom
import Hummingbird
import Metadata

/// What queries of an instance can read: `/amc/reporting/{instanceId}/dataSources`.
struct DataSourceRoutes: Sendable {
  let entrance: ReportingEntrance
  let catalogues: any InstanceCatalogues

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/amc/reporting/{instanceId}/dataSources")
      .add(middleware: ErrorMiddleware(bodies: ReportingErrors(DataSourceMediaType.v1)))
      .get { request, context in try await self.list(request, context) }
      .get("{dataSourceId}") { request, context in try await self.show(request, context) }
  }

  /// The data sources that queries of the instance may read, by name.
  private func dataSources(of instance: InstanceRecord) async throws -> [DataSource] {
    try await catalogues.catalogue(for: instance.id).availableDataSources.sorted { $0.name < $1.name }
  }

  private func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .listDataSources, DataSourceMediaType.v1)
    let page = try entrance.page(request, entry)
    let start = try entrance.pageTokens.text(of: page.token, scope: page.scope)
    let found = try await dataSources(of: entry.instance).filter { $0.name > start }.prefix(page.limit + 1)
    return try Response.json(
      DataSourceResponses.List(
        dataSources: found.prefix(page.limit).map(DataSourceResponses.Source.init),
        nextToken: try entrance.nextToken(after: page, positions: found.map(\.name))),
      mediaType: entry.mediaType)
  }

  private func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .getDataSource, DataSourceMediaType.v1)
    let name = context.pathParameter("dataSourceId")
    guard let source = try await dataSources(of: entry.instance).first(where: { $0.name == name }) else {
      throw CleanRoomError.unknownDataSource
    }
    return try Response.json(
      DataSourceResponses.Single(dataSource: DataSourceResponses.Source(source)), mediaType: entry.mediaType)
  }
}
