public import CleanRoom
package import Metadata

/// The instances that add noise to their figures, and the population that each of them belongs to.
public protocol InstanceNoise: Sendable {
  /// The noise of an instance; nil in threshold mode, and for an unknown instance, which has no data.
  func noise(for instanceID: String) async throws -> PopulationNoise?
}

/// The noise of an instance's queries.
public struct PopulationNoise: Sendable, Hashable {
  public var population: String
  public var settings: NoiseSettings

  public init(population: String, settings: NoiseSettings = NoiseSettings()) {
    self.population = population
    self.settings = settings
  }
}

/// Threshold mode for every instance, for tests and measurements.
public struct NoInstanceNoise: InstanceNoise {
  public init() {}

  public func noise(for instanceID: String) -> PopulationNoise? { nil }
}

/// The modes that the records of instances have.
package struct RecordedNoise: InstanceNoise {
  private let store: MetadataStore
  private let settings: NoiseSettings

  package init(store: MetadataStore, settings: NoiseSettings) {
    self.store = store
    self.settings = settings
  }

  package func noise(for instanceID: String) async throws -> PopulationNoise? {
    guard let instance = try await store.read({ try $0.find(InstanceRecord.self, id: instanceID) }),
      let population = instance.privacy.population
    else { return nil }
    return PopulationNoise(population: population, settings: settings)
  }
}
