import Dialects
import DifferentialPrivacy

extension LookalikeWork {
  /// Finds the members so that the outcome and the number that is told depend on noisy sizes alone.
  ///
  /// Where nothing can be learned, any other user is as near to the seed as another: members are then those with the
  /// least hashes of their keys. That this happened shows nowhere. If there are fewer users than the number that is
  /// told, the audience has fewer members.
  func run(
    _ sizes: SizeNoise, _ census: Census, _ features: [FeatureTable.Feature], _ progress: @Sendable (Double) -> Void
  ) async throws -> LookalikeOutcome {
    let population = sizes.told(census.population, as: "users with signals")
    let candidates = max(0, population - (search.toldSeedSize ?? 0))
    let size = search.sizing.size(population: population, candidates: candidates)
    let model = try await modelIfAny(census, features)
    progress(0.9)
    if census.population > 0 {
      _ = try await select(size, by: model)
    } else {
      try await selectNobody()
    }
    progress(1)
    return .members(size)
  }

  /// The model; one without weights where nothing can be learned.
  private func modelIfAny(_ census: Census, _ features: [FeatureTable.Feature]) async throws -> LookalikeModel {
    let none = LookalikeModel(terms: [])
    guard census.seeds > 0, census.candidates > 0, !features.isEmpty else { return none }
    do {
      return try await train(features)
    } catch let error as EngineError where error.code != .cancelled {
      // A seed from which no model can be computed must not be told from another one.
      return none
    }
  }

  private func selectNobody() async throws {
    try await TrustedSession.with(settings, files: [], folders: [search.area.folder]) { session in
      try await session.execute(
        """
        COPY (SELECT CAST(NULL AS BIGINT) AS user_id WHERE false)
        TO \(SQLText.string(search.output.path)) (\(ParquetOptions.results))
        """)
    }
  }
}
