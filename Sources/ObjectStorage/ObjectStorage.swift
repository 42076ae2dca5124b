public import struct Foundation.Data

/// A bucket: named objects that are written whole and read whole or in part.
///
/// What holds for every storage, a folder as well as a remote bucket:
/// - An object appears at once and complete, or not at all, even when the process is killed while it is written.
/// - What a call reports as done survives a crash of the machine.
/// - There are no folders: a prefix exists as long as an object has it.
/// - Errors are `StorageError`s.
public protocol ObjectStorage: Sendable {
  /// Writes an object, in place of what was there.
  func put(_ data: Data, at key: ObjectKey) async throws(StorageError)

  /// Writes an object where there is none. Returns false, and changes nothing, when there is one already.
  func putIfAbsent(_ data: Data, at key: ObjectKey) async throws(StorageError) -> Bool

  /// The whole object; throws `storage_not_found`.
  func get(_ key: ObjectKey) async throws(StorageError) -> Data

  /// The bytes of a range, cut to what there is, for objects that are too large to hold; throws `storage_not_found`.
  func get(_ key: ObjectKey, range: Range<Int>) async throws(StorageError) -> Data

  /// The object's length, or nil when there is none.
  func byteCount(of key: ObjectKey) async throws(StorageError) -> Int?

  /// The objects whose keys are `prefix` followed by `/` and more, ordered by key.
  func list(under prefix: ObjectKey) async throws(StorageError) -> [StoredObject]

  /// Removes an object; one that does not exist is no error.
  func delete(_ key: ObjectKey) async throws(StorageError)

  /// Where the engine reads the object. Says nothing about whether it exists.
  func engineLocation(of key: ObjectKey) throws(StorageError) -> EngineLocation

  /// Opens a place on the local disk to write files to, which then become objects by `publish`.
  func stage() async throws(StorageError) -> StagingArea

  /// Turns a staged file into an object, in place of what was there. The staged file is gone then.
  func publish(_ file: StagedFile, as key: ObjectKey) async throws(StorageError)

  /// Keeps everyone else out who asks for the same key, in this process and in others, until the result is released
  /// or the process ends. Waits as long as it takes; throws `storage_cancelled` when the task is cancelled.
  func lock(_ key: ObjectKey) async throws(StorageError) -> StorageLock
}

extension ObjectStorage {
  /// Whether there is an object of that key.
  public func exists(_ key: ObjectKey) async throws(StorageError) -> Bool {
    try await byteCount(of: key) != nil
  }

  /// Removes every object under a prefix.
  public func deleteAll(under prefix: ObjectKey) async throws(StorageError) {
    for object in try await list(under: prefix) {
      try await delete(object.key)
    }
  }

  /// Runs work that no one else who locks the same key runs at the same time.
  public func withLock<Result: Sendable>(
    _ key: ObjectKey, _ work: () async throws -> Result
  ) async throws -> Result {
    let lock = try await lock(key)
    defer { lock.release() }
    return try await work()
  }
}

/// An object in a listing.
public struct StoredObject: Hashable, Sendable {
  /// The object's name.
  public var key: ObjectKey
  /// Its length in bytes.
  public var byteCount: Int

  /// An object of that name and length.
  public init(key: ObjectKey, byteCount: Int) {
    self.key = key
    self.byteCount = byteCount
  }
}

/// What an engine opens to read or write: an absolute path, or the URL of a remote object.
public struct EngineLocation: Hashable, Sendable {
  /// The path or URL as the engine takes it.
  public var path: String

  /// A location of that path or URL.
  public init(path: String) {
    self.path = path
  }
}
