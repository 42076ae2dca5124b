import CleanRoom
import Metadata
import Queries

/// Noise mode with a budget so large that the noise is 0: all of the machinery is there, and figures are those of
/// threshold mode. For tests that compare figures.
enum AlmostNoNoise {
  static let settings = {
    var settings = NoiseSettings()
    settings.queryEpsilon = 400_000
    settings.sizeEpsilon = 10_000
    settings.populationEpsilon = 7_000_000
    return settings
  }()

  static let privacy = InstancePrivacy.noise(population: "public clients")

  /// The noise of every instance, for a query service; none in threshold mode.
  static func noise(_ privacy: InstancePrivacy) -> any InstanceNoise {
    guard let population = privacy.population else { return NoInstanceNoise() }
    return EveryInstance(noise: PopulationNoise(population: population, settings: settings))
  }

  private struct EveryInstance: InstanceNoise {
    let noise: PopulationNoise

    func noise(for instanceID: String) -> PopulationNoise? { noise }
  }
}
