import Queries
import Catalog
import CleanRoom
import Metadata

/// The tables that queries of an instance can read: `/amc/reporting/{instanceId}/dataSources`.
struct DataSourceRoutes {
  let catalogues: any InstanceCatalogues

  func add(to routes: Routes) {
    routes.instance("listDataSources") { request in
      let page = try request.page()
      let found = try await dataSources(of: request.instance).filter { $0.name > page.text }
      let (shown, nextToken) = try page.cut(found, at: \.name)
      return try request.respond(with: List(dataSources: shown.map(Source.init), nextToken: nextToken))
    }
    routes.instance("getDataSource") { request in
      let name = request.path("dataSourceId")
      guard let source = try await dataSources(of: request.instance).first(where: { $0.name == name }) else {
        throw CleanRoomError.unknownDataSource
      }
      return try request.respond(with: Single(dataSource: Source(source)))
    }
  }

  /// The data sources that queries of the instance may read, by name.
  private func dataSources(of instance: InstanceRecord) async throws -> [DataSource] {
    try await catalogues.catalogue(for: instance.id).availableDataSources.sorted { $0.name < $1.name }
  }

  // MARK: Responses, as the published OpenAPI file has them

  private struct Single: Encodable {
    let dataSource: Source
  }

  private struct List: Encodable {
    let dataSources: [Source]
    let nextToken: String?
  }

  /// A table that queries can name. The published API has no fields for types and thresholds: descriptions say them.
  private struct Source: Encodable {
    let columns: [SourceColumn]
    let dataSourceId: String
    let description: String
    let outputChannels: [OutputChannel]
    let owner: String
    let provider: String
    let tags: [String] = []

    init(_ source: DataSource) {
      columns = source.columns.map(SourceColumn.init)
      dataSourceId = source.name
      description = Self.description(of: source)
      outputChannels = OutputChannel.all(for: source)
      owner = source.owner.rawValue
      provider =
        switch source.owner {
        case .amazon: "AMAZON"
        case .customer: "ADVERTISER_DATA_UPLOAD"
        }
    }

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
  }

  private struct SourceColumn: Encodable {
    let columnType: String
    let description: String
    let name: String

    init(_ column: Column) {
      columnType = column.kind.rawValue
      description = "\(column.type.description), aggregation threshold \(column.threshold.rawValue)"
      name = column.name
    }
  }

  /// Whether results that read the data source can be got in a certain way.
  private struct OutputChannel: Encodable {
    struct Channel: Encodable {
      let type: String
    }

    let channel: Channel
    let outputAvailable: Bool
    let outputUnavailableReason: String?

    static func all(for source: DataSource) -> [OutputChannel] {
      let reason = source.isForAudiences ? "Only audiences can be made from this data source." : nil
      return ["DOWNLOAD", "PUBLISH"].map {
        OutputChannel(channel: Channel(type: $0), outputAvailable: reason == nil, outputUnavailableReason: reason)
      }
    }
  }
}
