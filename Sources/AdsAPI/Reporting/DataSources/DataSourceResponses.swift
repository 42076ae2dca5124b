import Catalog

/// The media type of data sources.
enum DataSourceMediaType: String, CaseIterable, Sendable {
  case v1 = "application/vnd.amcdatasources.v1+json"
}

/// What requests about data sources are answered with, as the published OpenAPI has it.
enum DataSourceResponses {
  struct Single: Encodable {
    let dataSource: Source
  }

  struct List: Encodable {
    let dataSources: [Source]
    let nextToken: String?
  }

  /// A table that queries can name. The published API has no fields for types and thresholds: descriptions say them.
  struct Source: Encodable {
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

  struct SourceColumn: Encodable {
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
  struct OutputChannel: Encodable {
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
