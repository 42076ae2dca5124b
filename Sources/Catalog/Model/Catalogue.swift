import OrderedCollections

/// All data sources and functions that queries may name.
public struct Catalogue: Sendable {
  private var sources: OrderedDictionary<String, DataSource> = [:]
  private var functionsByName: OrderedDictionary<String, FunctionSignature> = [:]

  private var featuresByName: OrderedDictionary<String, PaidFeature> = [:]
  /// The names of the paid features that queries may use; nil where they may use all.
  public var subscriptions: Set<String>?
  /// The names of data sets that were uploaded with the retired version 1, which no query can read.
  public private(set) var legacyDataSets: Set<String> = []

  public init() {}

  /// Adds a data source, in place of one of the same name: advertisers' own names come before Amazon's (AMC's guide
  /// "Create dataset").
  public mutating func add(_ source: DataSource) { sources[source.name.lowercased()] = source }

  /// Notes that there is a data set of version 1 of that name.
  public mutating func addLegacyDataSet(named name: String) { legacyDataSets.insert(name.lowercased()) }

  /// Whether a name is that of a data set of version 1, and of nothing that queries can read.
  public func isLegacyDataSet(_ name: String) -> Bool {
    legacyDataSets.contains(name.lowercased()) && dataSource(named: name) == nil
  }

  mutating func add(_ function: FunctionSignature, named name: String) {
    functionsByName[name.uppercased()] = function
  }

  mutating func add(_ feature: PaidFeature) { featuresByName[feature.name] = feature }

  /// The paid feature of that name.
  public func paidFeature(named name: String) -> PaidFeature? { featuresByName[name] }

  /// All paid features there are.
  public var paidFeatures: [PaidFeature] { Array(featuresByName.values) }

  /// The paid feature without which queries can't read the data source; nil where they can. Tables for audiences need no
  /// subscription (AMC's guide "Paid features overview").
  public func missingFeature(for source: DataSource) -> PaidFeature? {
    guard let name = source.paidFeature, !source.isForAudiences, let subscriptions, !subscriptions.contains(name) else {
      return nil
    }
    return featuresByName[name]
  }

  /// The data sources that queries can read: all but those of paid features that are not subscribed to.
  public var availableDataSources: [DataSource] { sources.values.filter { missingFeature(for: $0) == nil } }

  /// The data source of that name, letter case aside.
  public func dataSource(named name: String) -> DataSource? { sources[name.lowercased()] }

  /// The function of that name or alias, letter case aside.
  public func function(named name: String) -> FunctionSignature? { functionsByName[name.uppercased()] }

  /// All data sources, in the order in which they were added; a twin for audiences follows its base table.
  public var dataSources: [DataSource] { Array(sources.values) }

  /// The names that functions go by, aliases included.
  public var functionNames: [String] { Array(functionsByName.keys) }

  /// AMC's data sources and functions, from the catalogue's own files.
  public static let standard: Catalogue = {
    do {
      return try CatalogueFiles.load()
    } catch {
      // The files are part of the program: without them there is nothing to run.
      fatalError("The catalogue's files can't be read: \(error)")
    }
  }()
}
