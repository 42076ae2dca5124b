import ArgumentParser
import CleanRoom

/// The budgets of populations in noise mode, and the losses of what is charged to them. `docs/noise.md` explains them.
struct NoiseOptions: ParsableArguments {
  @Option(help: "Noise: the epsilon of one query (ADYTON_QUERY_EPSILON).")
  var queryEpsilon = Setting("ADYTON_QUERY_EPSILON", default: NoiseSettings().queryEpsilon)

  @Option(help: "Noise: the delta at which the epsilon of one query or size counts (ADYTON_QUERY_DELTA).")
  var queryDelta = Setting("ADYTON_QUERY_DELTA", default: NoiseSettings().queryDelta)

  @Option(help: "Noise: the delta that a query spends on choosing its groups (ADYTON_SELECTION_DELTA).")
  var selectionDelta = Setting("ADYTON_SELECTION_DELTA", default: NoiseSettings().selectionDelta)

  @Option(help: "Noise: the epsilon of one size of an audience or of matches (ADYTON_SIZE_EPSILON).")
  var sizeEpsilon = Setting("ADYTON_SIZE_EPSILON", default: NoiseSettings().sizeEpsilon)

  @Option(help: "Noise: the number of groups of an aggregation in which a user counts (ADYTON_GROUPS_PER_USER).")
  var groupsPerUser = Setting("ADYTON_GROUPS_PER_USER", default: NoiseSettings().groupsPerUser)

  @Option(help: "Noise: the epsilon that a population may spend in a period (ADYTON_POPULATION_EPSILON).")
  var populationEpsilon = Setting("ADYTON_POPULATION_EPSILON", default: NoiseSettings().populationEpsilon)

  @Option(help: "Noise: the delta that a population may spend in a period (ADYTON_POPULATION_DELTA).")
  var populationDelta = Setting("ADYTON_POPULATION_DELTA", default: NoiseSettings().populationDelta)

  @Option(help: "Noise: the days of a period, after which a charge no longer counts (ADYTON_POPULATION_DAYS).")
  var populationDays = Setting("ADYTON_POPULATION_DAYS", default: NoiseSettings().periodDays)

  private static let epsilons = 0.001...1_000
  private static let deltas = 1e-15...1e-3

  func validate() throws {
    _ = try settings
  }

  var settings: NoiseSettings {
    get throws {
      var settings = NoiseSettings()
      settings.queryEpsilon = try queryEpsilon.value("--query-epsilon", in: Self.epsilons)
      settings.queryDelta = try queryDelta.value("--query-delta", in: Self.deltas)
      settings.selectionDelta = try selectionDelta.value("--selection-delta", in: Self.deltas)
      settings.sizeEpsilon = try sizeEpsilon.value("--size-epsilon", in: Self.epsilons)
      settings.groupsPerUser = try groupsPerUser.value("--groups-per-user", in: 1...1_000)
      settings.populationEpsilon = try populationEpsilon.value("--population-epsilon", in: Self.epsilons)
      settings.populationDelta = try populationDelta.value("--population-delta", in: Self.deltas)
      settings.periodDays = try populationDays.value("--population-days", in: 1...3_650)
      return settings
    }
  }
}
