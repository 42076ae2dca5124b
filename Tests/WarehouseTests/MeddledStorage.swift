import Foundation
import ObjectStorage

/// A storage in which someone else does something whenever a file is published.
struct MeddledStorage: ObjectStorage {
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

  func put(_ data: Data, at key: ObjectKey) async throws(StorageError) { try await base.put(data, at: key) }
  func putIfAbsent(_ data: Data, at key: ObjectKey) async throws(StorageError) -> Bool {
    try await base.putIfAbsent(data, at: key)
  }
  func put(_ data: Data, at key: ObjectKey, replacing version: ObjectVersion?) async throws(StorageError) -> Bool {
    try await base.put(data, at: key, replacing: version)
  }
  func get(_ key: ObjectKey) async throws(StorageError) -> Data { try await base.get(key) }
  func versioned(_ key: ObjectKey) async throws(StorageError) -> VersionedObject? { try await base.versioned(key) }
  func get(_ key: ObjectKey, range: Range<Int>) async throws(StorageError) -> Data {
    try await base.get(key, range: range)
  }
  func byteCount(of key: ObjectKey) async throws(StorageError) -> Int? { try await base.byteCount(of: key) }
  func list(under prefix: ObjectKey) async throws(StorageError) -> [StoredObject] { try await base.list(under: prefix) }
  func delete(_ key: ObjectKey) async throws(StorageError) { try await base.delete(key) }
  func engineLocation(of key: ObjectKey) async throws(StorageError) -> EngineLocation {
    try await base.engineLocation(of: key)
  }
  func stage() async throws(StorageError) -> StagingArea { try await base.stage() }
  func lock(_ key: ObjectKey) async throws(StorageError) -> StorageLock { try await base.lock(key) }
  func presignedURL(for key: ObjectKey, fileName: String, seconds: Int) throws(StorageError) -> URL? {
    try base.presignedURL(for: key, fileName: fileName, seconds: seconds)
  }
}
