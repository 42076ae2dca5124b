import Dialects
package import ObjectStorage

/// Shows what a model is worth: learns it from seven users of ten, and scores the three that it has not seen.
///
/// For measurements on synthetic signals: what it writes tells of single users.
package struct LookalikeEvaluation: Sendable {
  private let work: LookalikeWork

  package init(settings: EngineSettings, search: LookalikeSearch) {
    work = LookalikeWork(settings: settings, search: search)
  }

  /// The file of the search's area that has the users with their features, once `run` is done.
  package static var userFile: String { LookalikeWork.featureFile }

  /// Writes a line for each user of the sample: whether it is a seed, whether it was held out, its score, and its
  /// features; numbers alone, without names. Returns the names of the features.
  package func run(writingTo output: EngineLocation) async throws -> [String] {
    let (_, features) = try await work.prepare()
    let sample = FeatureTable.rows(of: [try work.search.area.location(of: LookalikeWork.sampleFile)])
    let isHeldOut = "hash(user_id, 1) % 10 < 3"
    let files = [try work.search.area.location(of: LookalikeWork.sampleFile)]
    var settings = work.settings
    settings.threads = 1
    return try await TrustedSession.with(settings, files: files, folders: [work.search.area.folder]) { session in
      let training = LookalikeTraining(
        session: session, rows: "(FROM \(sample) WHERE NOT \(isHeldOut))", features: features)
      let model = try await training.model()
      let columns = features.map(\.column).joined(separator: ", ")
      try await session.execute(
        """
        COPY (SELECT is_seed::INTEGER, (\(isHeldOut))::INTEGER, \(model.scoreExpression), \(columns) FROM \(sample))
        TO \(SQLText.string(output.path)) (FORMAT csv, HEADER false)
        """)
      return features.map(\.label)
    }
  }
}
