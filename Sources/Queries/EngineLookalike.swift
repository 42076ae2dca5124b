package import CleanRoom
import Dialects
package import DifferentialPrivacy
package import ObjectStorage
package import Warehouse

/// A lookalike audience in the form that the engine of an `EngineQueryService` makes.
package struct EngineLookalike: CompiledLookalike {
  let service: EngineQueryService
  let request: LookalikeRequest
  let seed: EngineQuery
  let features: [EngineQueryService.CompiledFeature]

  private static let memberFile = EngineQueryService.memberFile
  /// The number of sizes that decide or are told: of the seed, and of all users with signals.
  private static let sizeCount = 2

  package var population: String? { seed.population }

  /// The question of the seed, with the features that are read and the sizes that are asked for.
  package func question() async throws(QueryFailure) -> NoiseQuestion? {
    guard let cost = seed.noise?.cost, let noise = seed.instanceNoise else { return nil }
    return try await service.translating {
      var parts = ["lookalike", "\(request.seedSizes)", "\(request.sizing)"] + (try await seed.questionParts())
      for feature in features {
        parts.append(feature.emitted.sql)
        for source in feature.emitted.sources { parts.append(try await seed.signals.identity(of: source)) }
      }
      // The seed's own question has one size already.
      let sizes = (1..<Self.sizeCount).reduce(cost) { cost, _ in cost + noise.settings.sizeLoss }
      return NoiseQuestion(parts: parts, cost: sizes)
    }
  }

  package func run(
    outputPrefix: String, seed noiseSeed: NoiseSeed?, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> LookalikeOutcome {
    try await service.translating {
      let prefix = try ObjectKey(outputPrefix)
      // All files are in the area, which is removed in any case. Only the members are published.
      let area = try await service.objects.stage()
      defer { area.discard() }
      switch try await gather(in: area, seed: noiseSeed, progress: { progress($0 / 2) }) {
      case .unfit(let outcome): return outcome
      case .ready(let search):
        let members = try area.file(Self.memberFile)
        let outcome = try await service.engine.findLookalikes(search) { progress(0.5 + $0 / 2) }
        if case .members = outcome { try await service.publishMembers(members, to: prefix) }
        return outcome
      }
    }
  }

  /// The results of a lookalike audience's queries.
  package enum Inputs: Sendable {
    case ready(LookalikeSearch)
    /// Nothing can be learned from the seed.
    case unfit(LookalikeOutcome)
  }

  /// Runs the seed's query and those for features. Their results are files of the area.
  package func gather(
    in area: StagingArea, seed noiseSeed: NoiseSeed? = nil, progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) async throws -> Inputs {
    let (engine, signals) = (service.engine, seed.signals)
    let sizes = try seed.sizes(noiseSeed)
    let seedFile = try area.location(of: "seed.parquet")
    let query = try seed.seeded(noiseSeed) ?? seed.compiled.query
    let count = try await engine.run(query, signals: signals, output: seedFile)
    let seedSize = sizes?.told(count, as: "seed") ?? count
    guard seedSize >= request.seedSizes.lowerBound else { return .unfit(.seedTooSmall) }
    guard seedSize <= request.seedSizes.upperBound else { return .unfit(.seedTooLarge) }
    var inputs: [LookalikeSearch.Input] = []
    for (index, feature) in features.enumerated() {
      let file = try area.location(of: "features-\(index).parquet")
      _ = try await engine.run(feature.emitted, signals: signals, output: file)
      inputs.append(LookalikeSearch.Input(query: feature.query, file: file))
      progress(Double(index + 1) / Double(features.count))
    }
    var search = LookalikeSearch(
      seed: seedFile, inputs: inputs, minimumSeedSize: request.seedSizes.lowerBound, sizing: request.sizing,
      area: area, output: try area.location(of: Self.memberFile))
    (search.sizes, search.toldSeedSize) = (sizes, sizes.map { _ in seedSize })
    return .ready(search)
  }
}
