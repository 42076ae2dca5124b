import Dialects
package import DifferentialPrivacy

extension LookalikeWork {
  /// Finds the members so that the outcome and the number that is told depend on noisy sizes alone.
  ///
  /// Where nothing can be learned, any other user is as near to the seed as another: members are then those with the
  /// least hashes of their keys. That this happened shows nowhere. If there are fewer users than the number that is
  /// told, the audience has fewer members.
  func run(
    _ sizes: SizeNoise, _ census: Census, _ features: [FeatureTable.Feature], _ progress: @Sendable (Double) -> Void
  ) async throws -> LookalikeOutcome {
    let size = search.sizing.told(
      population: census.population, seedSize: search.toldSeedSize ?? 0, with: sizes)
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

extension LookalikeSizing {
  /// The number of members that is told, from a noisy number of users with signals, and from the seed's size as it was
  /// told.
  package func told(population: Int, seedSize: Int, with noise: SizeNoise) -> Int {
    let population = noise.told(population, as: "users with signals")
    return size(population: population, candidates: max(0, population - seedSize))
  }
}
