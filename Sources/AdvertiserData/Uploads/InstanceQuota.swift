import CleanRoom
import ObjectStorage

/// The bytes that an instance may store: signals, data sets, members and results.
struct InstanceQuota: Sendable {
  let objects: any ObjectStorage
  let byteLimit: Int

  /// The bytes that the instance may still store.
  ///
  /// - Throws: `UploadSourceProblem` if it stores as many as it may already; `StorageError`.
  func rest(of instanceID: String) async throws -> Int {
    guard byteLimit < .max else { return .max }
    let stored = try await objects.list(under: ObjectKey(InstanceFolders.root(of: instanceID)))
    let rest = byteLimit - stored.reduce(0) { $0 + $1.byteCount }
    guard rest > 0 else { throw Self.exceeded(byteLimit) }
    return rest
  }

  /// The refusal of an upload that does not fit.
  static func exceeded(_ byteLimit: Int) -> UploadSourceProblem {
    UploadSourceProblem(
      .quotaExceeded,
      "The instance may store \(byteLimit) bytes, and the files do not fit. Delete data sets, executions or audiences.")
  }
}
