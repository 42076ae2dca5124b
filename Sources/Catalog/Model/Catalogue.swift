import Base
import OrderedCollections

/// All data sources and functions that queries may name.
///
///     let source = Catalogue.standard.dataSource(named: "dsp_impressions")
public struct Catalogue: Sendable {
  private var sources: OrderedDictionary<String, DataSource> = [:]
  private var functionsByName: OrderedDictionary<String, FunctionSignature> = [:]

  private var featuresByName: OrderedDictionary<String, PaidFeature> = [:]
  /// The names of the paid features that queries may use; nil if they may use all.
  public var subscriptions: Set<String>?
  /// The names of data sets that were uploaded with the retired version 1. No query can read them.
  public private(set) var legacyDataSets: Set<String> = []

  public init() {}

  /// Adds a data source, replacing one of the same name: advertisers' own names take precedence over Amazon's (AMC's
  /// guide "Create dataset").
  public mutating func add(_ source: DataSource) { sources[source.name.lowercased()] = source }

  /// Records the name of a data set of version 1.
  public mutating func addLegacyDataSet(named name: String) { legacyDataSets.insert(name.lowercased()) }

  /// Whether the name is that of a data set of version 1, and of nothing that queries can read.
  public func isLegacyDataSet(_ name: String) -> Bool {
    legacyDataSets.contains(name.lowercased()) && dataSource(named: name) == nil
  }

  mutating func add(_ function: FunctionSignature, named name: String) {
    functionsByName[name.uppercased()] = function
  }

  mutating func add(_ feature: PaidFeature) { featuresByName[feature.name] = feature }

  /// The paid feature with the name.
  public func paidFeature(named name: String) -> PaidFeature? { featuresByName[name] }

  /// All paid features.
  public var paidFeatures: [PaidFeature] { Array(featuresByName.values) }

  /// The paid feature that the data source needs and that is not subscribed to; nil if queries can read it. Tables for
  /// audiences need no subscription (AMC's guide "Paid features overview").
  public func missingFeature(for source: DataSource) -> PaidFeature? {
    guard let name = source.paidFeature, !source.isForAudiences, let subscriptions, !subscriptions.contains(name) else {
      return nil
    }
    return featuresByName[name]
  }

  /// The data sources that queries can read: all except those of paid features without a subscription.
  public var availableDataSources: [DataSource] { sources.values.filter { missingFeature(for: $0) == nil } }

  /// The data source with the name, letter case aside.
  public func dataSource(named name: String) -> DataSource? { sources[name.lowercased()] }

  /// The function with the name or alias, letter case aside.
  public func function(named name: String) -> FunctionSignature? { functionsByName[name.uppercased()] }

  /// All data sources, in the order in which they were added; a twin for audiences follows its base table.
  public var dataSources: [DataSource] { Array(sources.values) }

  /// The names of all functions, aliases included.
  public var functionNames: [String] { Array(functionsByName.keys) }

  /// AMC's data sources and functions, from the catalogue's own files.
  public static let standard: Catalogue = ProgramResources.load(CatalogueFiles.load)
}
