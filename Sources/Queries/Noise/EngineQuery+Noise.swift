import Catalog
import CleanRoom
import Dialects
import DifferentialPrivacy
import ObjectStorage
import Privacy
import Warehouse

extension EngineQuery {
  var population: String? { instanceNoise?.population }

  var noise: NoiseReport? {
    guard let instanceNoise, let cost = noiseCost else { return nil }
    return NoiseReport(population: instanceNoise.population, cost: cost, columns: toldColumns(instanceNoise))
  }

  /// The loss of everything that the query tells; nil if nothing of it has noise.
  private var noiseCost: PrivacyLoss? {
    guard let instanceNoise else { return nil }
    switch request.purpose {
    case .measurement: return compiled.noise?.cost
    case .audience: return (compiled.noise?.cost ?? .zero) + instanceNoise.settings.sizeLoss
    case .features: return nil
    }
  }

  private func toldColumns(_ noise: PopulationNoise) -> [NoiseReport.Column] {
    switch request.purpose {
    case .measurement:
      zip(compiled.query.columns, compiled.noise?.columns ?? []).map { column, accuracy in
        var told = NoiseReport.Column(
          name: column.name, standardError: accuracy.standardError, bounds: accuracy.bounds)
        told.quotient = accuracy.quotient.map {
          .init(numerator: $0.numeratorError, denominator: $0.denominatorError)
        }
        told.valuesMissed = accuracy.percentile?.valuesMissed
        return told
      }
    case .audience, .features:
      [NoiseReport.Column(name: "audienceCount", standardError: SizeNoise.standardError(noise.settings.sizeLoss))]
    }
  }

  func question() async throws(QueryFailure) -> NoiseQuestion? {
    guard let cost = noiseCost else { return nil }
    return try await service.translating {
      NoiseQuestion(parts: try await questionParts(), cost: cost)
    }
  }

  /// The texts that make the question: the instance, what is computed, and the data that it is computed from.
  func questionParts() async throws -> [String] {
    var parts = ["query", request.instanceID, request.purpose.name, compiled.query.sql]
    if let instanceNoise { parts.append("\(instanceNoise.settings.sizeLoss.ticks)") }
    for source in compiled.query.sources { parts.append(try await signals.identity(of: source)) }
    return parts
  }

  /// The query with its noise; nil for a query without noise.
  ///
  /// - Throws: `EngineError` for a seed too many, and for a missing one. Neither happens to a caller that charges every
  ///   question.
  func seeded(_ seed: NoiseSeed?) throws -> EmittedQuery? {
    guard noiseCost != nil else {
      guard seed == nil else { throw EngineError(.failed) }
      return nil
    }
    guard let seed else { throw EngineError(.failed) }
    return try compiled.seeded(seed)
  }

  func runAudience(
    outputPrefix: String, seed: NoiseSeed?, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> Int {
    try await service.translating {
      let prefix = try ObjectKey(outputPrefix)
      let query = try seeded(seed) ?? compiled.query
      let area = try await service.objects.stage()
      defer { area.discard() }
      let count = try await service.engine.run(
        query, signals: signals, output: try area.location(of: EngineQueryService.memberFile), progress: progress)
      try await service.publishMembers(try area.file(EngineQueryService.memberFile), to: prefix)
      guard let sizes = try sizes(seed) else { return count }
      return sizes.told(count, as: "members")
    }
  }

  /// The noise of sizes; nil without noise.
  func sizes(_ seed: NoiseSeed?) throws -> SizeNoise? {
    guard let instanceNoise else { return nil }
    guard let seed, let sizes = SizeNoise(seed: seed, loss: instanceNoise.settings.sizeLoss) else {
      throw EngineError(.failed)
    }
    return sizes
  }
}

extension Purpose {
  fileprivate var name: String {
    switch self {
    case .measurement: "measurement"
    case .audience(let type): "audience \(type)"
    case .features(let type): "features \(type)"
    }
  }
}
