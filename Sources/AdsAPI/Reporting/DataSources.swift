import Base
import Catalog
import CleanRoom
import Metadata
import Queries

/// The tables that queries of an instance can read: `/amc/reporting/{instanceId}/dataSources`.
struct DataSourceRoutes {
  let catalogues: any InstanceCatalogues

  func add(to routes: Routes) {
    routes.instance("listDataSources") { request in
      let page = try request.page()
      let found = try await dataSources(of: request.instance).filter { $0.name > page.text }
      return try request.respond(object: page.list("dataSources", of: found, at: \.name, Self.shown))
    }
    routes.instance("getDataSource") { request in
      let name = request.path("dataSourceId")
      guard let source = try await dataSources(of: request.instance).first(where: { $0.name == name }) else {
        throw CleanRoomError.unknownDataSource
      }
      return try request.respond(object: ["dataSource": Self.shown(source)])
    }
  }

  /// The data sources that queries of the instance may read, by name.
  private func dataSources(of instance: InstanceRecord) async throws -> [DataSource] {
    try await catalogues.catalogue(for: instance.id).availableDataSources.sorted { $0.name < $1.name }
  }

  // MARK: Responses, as the published OpenAPI file has them

  private static func description(of source: DataSource) -> String {
    var parts: [String] = []
    switch source.grain {
    case .userEvent: parts.append("Events of users.")
    case .userFact: parts.append("Facts about users.")
    case .eventDetail: parts.append("Details of events.")
    case .reference: parts.append("Names and descriptions; no user stands behind a row.")
    }
    if let column = source.eventTimeColumn { parts.append("Time windows apply to \(column).") }
    if source.isForAudiences { parts.append("For audiences only.") }
    if let feature = source.paidFeature { parts.append("Belongs to the paid feature \(feature).") }
    return parts.joined(separator: " ")
  }

  /// A table that queries can name. The published API has no fields for types and thresholds, so descriptions contain
  /// them.
  private static func shown(_ source: DataSource) -> JSONObject {
    let provider =
      switch source.owner {
      case .amazon: "AMAZON"
      case .customer: "ADVERTISER_DATA_UPLOAD"
      }
    return [
      "columns": source.columns.map(column),
      "dataSourceId": source.name,
      "description": description(of: source),
      "outputChannels": outputChannels(of: source),
      "owner": source.owner.rawValue,
      "provider": provider,
      "tags": [] as [String],
    ]
  }

  private static func column(_ column: Column) -> JSONObject {
    [
      "columnType": column.kind.rawValue,
      "description": "\(column.type.description), aggregation threshold \(column.threshold.rawValue)",
      "name": column.name,
    ]
  }

  /// Whether each channel can deliver results that read the data source.
  private static func outputChannels(of source: DataSource) -> [JSONObject] {
    let reason = source.isForAudiences ? "Only audiences can be made from this data source." : nil
    return ["DOWNLOAD", "PUBLISH"].map {
      ["channel": ["type": $0], "outputAvailable": reason == nil, "outputUnavailableReason": reason]
    }
  }
}
