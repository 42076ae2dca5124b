package import FirstPartyData
import Foundation
import ObjectStorage

/// Loads files into data sets: all files of an upload become part of the data set in one step, or none does.
package struct DataSetLoader: Sendable {
  private let store: DataSetStore
  private let settings: EngineSettings

  /// A loader into that store, whose engine may use what the settings say.
  package init(store: DataSetStore, settings: EngineSettings) {
    self.store = store
    self.settings = settings
  }

  /// How far an upload is.
  package enum Progress: Sendable, Hashable {
    /// A file is unpacked; files count from 1.
    case unpacking(file: Int, of: Int)
    /// The records of all files are read, checked and resolved.
    case reading(fraction: Double)
    /// A part of the data set is written; parts count from 1.
    case writing(part: Int, of: Int)
  }

  /// Loads an upload. One whose id the data set holds already changes nothing, and comes to what it came to before.
  ///
  /// Throws a `LoadRefusal` when anything about the files is wrong, `EngineError` or `StorageError` when the machine
  /// is; the data set is then as it was before. Identifiers and consent are gone when this returns.
  ///
  /// - Parameters:
  ///   - identities: Whom the records are looked up among.
  ///   - secret: What the instance makes its user keys with.
  ///   - validate: Runs while the data set is locked, right before it changes; what it throws ends the upload with
  ///     nothing changed. For asking whether the data set and its columns are still the same.
  package func load(
    _ request: UploadRequest, into schema: DataSetSchema, instanceID: String, identities: IdentityGraph,
    secret: UserKeySecret, consent: ConsentPolicy = ConsentPolicy(), validate: () async throws -> Void = {},
    progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async throws -> UploadMetrics {
    if request.strategy.needsFacts, !schema.isFact {
      let text = "\(request.strategy.rawValue) needs a data set with a main event time; use ADDITIVE or FULL_REPLACE."
      throw LoadRefusal([LoadProblem(.strategyNeedsFact, text, file: request.files.first?.displayName ?? "")])
    }
    if let held = try await store.held(request, in: schema.folder, instanceID: instanceID) { return held.metrics }
    let area = try await store.storage.stage()
    defer { area.discard() }
    let work = UploadWork(
      schema: schema, request: request, graph: identities, secret: secret, consent: consent, area: area,
      settings: settings, progress: progress)
    let result = try await work.run()
    try Task.checkCancellation()
    let plan = PublishPlan(
      parts: result.parts, layout: schema.layout, period: schema.period, strategy: request.strategy)
    let batches = try await store.publish(plan, as: [request.uploadID], instanceID: instanceID, validate: validate) {
      kept in
      let metrics = UploadMetrics(
        inputRowCount: result.keptCount + result.deniedCount, outputRowCount: kept.reduce(0) { $0 + $1.rowCount },
        matchedRowCount: kept.reduce(0) { $0 + $1.matchedRowCount }, deniedRowCount: result.deniedCount,
        matchedPersonCount: result.matchedPersonCount)
      return [RowManifest.Batch(id: request.uploadID, metrics: metrics)]
    }
    return batches.first?.metrics ?? UploadMetrics()
  }
}
