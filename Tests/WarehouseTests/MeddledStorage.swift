import ObjectStorage
import S3TestSupport

/// A storage in which someone else does something whenever a file is published.
struct MeddledStorage: ForwardingStorage {
  let base: any ObjectStorage
  let meddle: @Sendable (any ObjectStorage) async throws -> Void

  init(_ base: any ObjectStorage, _ meddle: @escaping @Sendable (any ObjectStorage) async throws -> Void) {
    self.base = base
    self.meddle = meddle
  }

  func publish(_ file: StagedFile, as key: ObjectKey) async throws(StorageError) {
    try await base.publish(file, as: key)
    do { try await meddle(base) } catch { throw error as? StorageError ?? StorageError(.failed) }
  }
}
