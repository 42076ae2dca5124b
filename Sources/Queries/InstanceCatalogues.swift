import AdvertiserData
package import Base
import CleanRoom
public import Catalog
package import Metadata

public import struct Foundation.Date

/// Knows what the queries of each instance may name.
public protocol InstanceCatalogues: Sendable {
  /// The data sources of the instance, its own uploads among them, and the functions. Its `subscriptions` say which data
  /// sources of paid features queries may read; `availableDataSources` are those that a list should show.
  ///
  /// - Parameter asOf: The moment whose uploads are meant; nil for those of now.
  /// - Throws: what keeps the instance's records from being read. An unknown instance has a catalogue without
  ///   subscriptions and uploads.
  func catalogue(for instanceID: String, asOf: Date?) async throws -> Catalogue
}

extension InstanceCatalogues {
  /// What queries of now may name.
  public func catalogue(for instanceID: String) async throws -> Catalogue {
    try await catalogue(for: instanceID, asOf: nil)
  }
}

/// The same catalogue for every instance, for tests and measurements.
public struct FixedCatalogue: InstanceCatalogues {
  private let catalogue: Catalogue

  public init(_ catalogue: Catalogue = .standard) {
    self.catalogue = catalogue
  }

  public func catalogue(for instanceID: String, asOf: Date?) -> Catalogue { catalogue }
}

/// Catalogues by the records of the instances: a sandbox has every paid feature, any other instance those that it
/// subscribed to; each has the data sets of its own advertisers, and the tables of the audiences that clients send.
///
/// Where an advertiser's data set has the name of one that every instance has, it takes its place (AMC's guide "Create
/// dataset").
package struct RecordedCatalogues: InstanceCatalogues {
  private let store: MetadataStore
  private let base: Catalogue
  private let audiences: AudienceDataSources
  private let uploads: @Sendable (_ instanceID: String, _ asOf: Date?) async throws -> [DataSource]

  /// - Parameters:
  ///   - clock: The time by which members of audiences are members.
  ///   - uploads: What an instance's advertisers brought beside data sets and audiences.
  package init(
    store: MetadataStore, base: Catalogue = .standard, clock: any WallClock = SystemClock(),
    uploads: @escaping @Sendable (_ instanceID: String, _ asOf: Date?) async throws -> [DataSource] = { _, _ in [] }
  ) {
    self.store = store
    self.base = base
    audiences = AudienceDataSources(store: store, clock: clock)
    self.uploads = uploads
  }

  package func catalogue(for instanceID: String, asOf: Date?) async throws -> Catalogue {
    let (subscriptions, dataSets, legacy) = try await store.read { snapshot in
      (
        try snapshot.subscribedFeatures(instanceID: instanceID),
        try snapshot.dataSets(instanceID: instanceID, afterSequence: 0, limit: DataSetRules.dataSetCountLimit),
        try snapshot.legacyDataSetIDs(instanceID: instanceID)
      )
    }
    var catalogue = base
    catalogue.subscriptions = subscriptions
    for source in try await uploads(instanceID, asOf) { catalogue.add(source) }
    for source in try await audiences.dataSources(instanceID: instanceID, asOf: asOf) { catalogue.add(source) }
    for record in dataSets {
      var source = try DataSetDefinition(stored: record.definition).schema.dataSource(named: record.id)
      source.storedRows?.asOf = asOf
      catalogue.add(source)
    }
    for name in legacy { catalogue.addLegacyDataSet(named: name) }
    return catalogue
  }
}
