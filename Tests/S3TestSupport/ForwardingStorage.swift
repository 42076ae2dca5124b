package import Foundation
package import ObjectStorage

/// A storage that passes all calls on to another one, except those that it has its own methods for.
package protocol ForwardingStorage: ObjectStorage {
  var base: any ObjectStorage { get }
}

extension ForwardingStorage {
  package func put(_ data: Data, at key: ObjectKey) async throws(StorageError) { try await base.put(data, at: key) }
  package func putIfAbsent(_ data: Data, at key: ObjectKey) async throws(StorageError) -> Bool {
    try await base.putIfAbsent(data, at: key)
  }
  package func put(
    _ data: Data, at key: ObjectKey, replacing version: ObjectVersion?
  ) async throws(StorageError) -> Bool {
    try await base.put(data, at: key, replacing: version)
  }
  package func get(_ key: ObjectKey) async throws(StorageError) -> Data { try await base.get(key) }
  package func versioned(_ key: ObjectKey) async throws(StorageError) -> VersionedObject? {
    try await base.versioned(key)
  }
  package func get(_ key: ObjectKey, range: Range<Int>) async throws(StorageError) -> Data {
    try await base.get(key, range: range)
  }
  package func byteCount(of key: ObjectKey) async throws(StorageError) -> Int? { try await base.byteCount(of: key) }
  package func list(under prefix: ObjectKey) async throws(StorageError) -> [StoredObject] {
    try await base.list(under: prefix)
  }
  package func delete(_ key: ObjectKey) async throws(StorageError) { try await base.delete(key) }
  package func engineLocation(of key: ObjectKey) async throws(StorageError) -> EngineLocation {
    try await base.engineLocation(of: key)
  }
  package func engineLocation(
    of key: ObjectKey, expecting expected: ExpectedObject, for use: ObjectUse
  ) async throws(StorageError) -> EngineLocation {
    try await base.engineLocation(of: key, expecting: expected, for: use)
  }
  package var ledger: (any ObjectLedger)? { base.ledger }
  package func stage() async throws(StorageError) -> StagingArea { try await base.stage() }
  package func publish(_ file: StagedFile, as key: ObjectKey) async throws(StorageError) {
    try await base.publish(file, as: key)
  }
  package func lock(_ key: ObjectKey) async throws(StorageError) -> StorageLock { try await base.lock(key) }
  package func presignedURL(for key: ObjectKey, fileName: String, seconds: Int) throws(StorageError) -> URL? {
    try base.presignedURL(for: key, fileName: fileName, seconds: seconds)
  }
}
