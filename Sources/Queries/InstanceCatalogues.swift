import AdvertiserData
package import Base
public import Catalog
import CleanRoom
package import Metadata

public import struct Foundation.Date

/// The catalogues of instances: what their queries may name.
public protocol InstanceCatalogues: Sendable {
  /// The catalogue of the instance: data sources, including its own uploads, and functions. Its `subscriptions` decide
  /// which data sources of paid features queries may read; `availableDataSources` are those for lists.
  ///
  /// - Parameter asOf: The moment of the uploads; nil for the present ones.
  /// - Throws: Errors of reading the instance's records. An unknown instance has a catalogue without subscriptions and
  ///   uploads.
  func catalogue(for instanceID: String, asOf: Date?) async throws -> Catalogue
}

extension InstanceCatalogues {
  /// The present catalogue.
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

/// Catalogues from the records of instances. A sandbox has every paid feature, any other instance its subscriptions.
/// Each has its advertisers' data sets, and the tables of the audiences that clients send.
///
/// An advertiser's data set replaces a data source of the same name (AMC's guide "Create dataset").
package struct RecordedCatalogues: InstanceCatalogues {
  private let store: MetadataStore
  private let base: Catalogue
  private let audiences: AudienceDataSources
  private let uploads: @Sendable (_ instanceID: String, _ asOf: Date?) async throws -> [DataSource]

  /// - Parameters:
  ///   - clock: The time that decides about membership in audiences.
  ///   - uploads: Further data that an instance's advertisers brought.
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
