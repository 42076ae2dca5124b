import Dialects
import Foundation
import ObjectStorage

/// The steps of a search for lookalikes: features, what to learn from, the model, the members.
///
/// Between the steps everything is in files of the search's area, and a step holds no more in memory than the engine's
/// limit. A cancelled task ends within a step or between two.
struct LookalikeWork: Sendable {
  /// Of so many other users one at least has a feature that a model uses: what all others share does not tell who of
  /// them is nearer. That leaves out above all what a seed is defined by, which only its own users have.
  static let rarestShare = 1_000

  let settings: EngineSettings
  let search: LookalikeSearch

  /// The outcome for the users.
  struct Census: Sendable {
    var population: Int
    var seeds: Int
    var candidates: Int { population - seeds }
  }

  func run(_ progress: @Sendable (Double) -> Void) async throws -> LookalikeOutcome {
    guard !search.inputs.isEmpty else { return .nothingToLearn }
    let (census, features) = try await prepare()
    progress(0.5)
    if let sizes = search.sizes { return try await run(sizes, census, features, progress) }
    guard census.seeds >= max(1, search.minimumSeedSize) else { return .seedTooSmall }
    guard census.candidates > 0, !features.isEmpty else { return .nothingToLearn }
    let model = try await train(features)
    progress(0.9)
    let size = search.sizing.size(population: census.population, candidates: census.candidates)
    let count = try await select(size, by: model)
    progress(1)
    return .members(count)
  }

  // MARK: Steps

  /// Writes the features and what to learn from. Returns the features that are worth a look.
  func prepare() async throws -> (Census, [FeatureTable.Feature]) {
    let (table, sample) = (try location(Self.featureFile), try location(Self.sampleFile))
    let files = search.inputs.map(\.file) + [search.seed]
    return try await TrustedSession.with(settings, files: files, folders: [search.area.folder]) { session in
      let all = try await FeatureTable(session: session, search: search).write(to: table)
      guard !all.isEmpty else { return (Census(population: 0, seeds: 0), []) }
      let rows = FeatureTable.rows(of: [table])
      let (census, telling) = try await review(all, rows, session)
      // The order is that of hashes, so that it is always the same, and that of nothing else.
      try await session.execute(
        """
        COPY (
          FROM (
            FROM \(rows) WHERE is_seed UNION ALL FROM (
              FROM \(rows) WHERE NOT is_seed ORDER BY hash(user_id), user_id LIMIT \(LookalikeModel.negativeLimit)))
          ORDER BY hash(user_id), user_id)
        TO \(SQLText.string(sample.path)) (\(ParquetOptions.features))
        """)
      return (census, telling)
    }
  }

  /// Counts users, and finds the features that differ among those who are not seeds.
  private func review(
    _ features: [FeatureTable.Feature], _ rows: String, _ session: TrustedSession
  ) async throws -> (Census, [FeatureTable.Feature]) {
    let columns = features.map { feature in
      "count(*) FILTER (WHERE NOT is_seed AND \(feature.column) <> 0), "
        + "coalesce(max(\(feature.column)) FILTER (WHERE NOT is_seed) > min(\(feature.column)) "
        + "FILTER (WHERE NOT is_seed), false)"
    }
    let counts = try await session.rows(
      "SELECT count(*), count(*) FILTER (WHERE is_seed), \(columns.joined(separator: ", ")) FROM \(rows)")
    guard let row = counts.first, row.count == 2 + 2 * features.count, let population = row[0].integer,
      let seeds = row[1].integer
    else { throw EngineError(.failed) }
    let census = Census(population: population, seeds: seeds)
    let telling = features.indices.filter { index in
      (row[2 + 2 * index].integer ?? 0) * Self.rarestShare >= census.candidates
        && row[3 + 2 * index] == .boolean(true)
    }
    return (census, telling.map { features[$0] })
  }

  func train(_ features: [FeatureTable.Feature]) async throws -> LookalikeModel {
    var settings = settings
    settings.threads = 1
    let sample = try location(Self.sampleFile)
    return try await TrustedSession.with(settings, files: [sample]) { session in
      try await LookalikeTraining(session: session, rows: FeatureTable.rows(of: [sample]), features: features).model()
    }
  }

  /// Writes those of the others whose scores are highest. They are put in the order of their keys, so that the file
  /// does not tell who is nearer.
  func select(_ size: Int, by model: LookalikeModel) async throws -> Int {
    let table = try location(Self.featureFile)
    return try await TrustedSession.with(settings, files: [table], folders: [search.area.folder]) { session in
      let rows = try await session.rows(
        """
        COPY (
          SELECT user_id FROM (
            SELECT user_id FROM \(FeatureTable.rows(of: [table])) WHERE NOT is_seed
            ORDER BY \(model.scoreExpression) DESC, hash(user_id), user_id LIMIT \(size))
          ORDER BY user_id)
        TO \(SQLText.string(search.output.path)) (\(ParquetOptions.results))
        """)
      return rows.first?.first?.integer ?? 0
    }
  }

  // MARK: Files

  static let featureFile = "lookalike-features.parquet"
  static let sampleFile = "lookalike-sample.parquet"

  private func location(_ name: String) throws -> EngineLocation { try search.area.location(of: name) }
}
