public import struct Foundation.Data
public import struct Foundation.URL

/// A bucket: named objects that are written whole and read whole or in part.
///
/// Every storage, a folder as well as a remote bucket, keeps these promises:
/// - An object appears at once and complete, or not at all, even when the process is killed while it is written.
/// - What a call reports as done survives a crash of the machine.
/// - There are no folders: a prefix exists as long as an object has it.
/// - Errors are `StorageError`s.
public protocol ObjectStorage: Sendable {
  /// Writes an object, replacing an existing one.
  func put(_ data: Data, at key: ObjectKey) async throws(StorageError)

  /// Writes an object where there is none. Returns false, and changes nothing, when there is one already.
  func putIfAbsent(_ data: Data, at key: ObjectKey) async throws(StorageError) -> Bool

  /// Writes an object in place of the version that was read, nil for none at all. Returns false, and changes nothing,
  /// when it is another one by now. Holds against everyone who writes in this way.
  func put(_ data: Data, at key: ObjectKey, replacing version: ObjectVersion?) async throws(StorageError) -> Bool

  /// The whole object; throws `storage_not_found`.
  func get(_ key: ObjectKey) async throws(StorageError) -> Data

  /// The whole object and which version of it this is; nil when there is none.
  func versioned(_ key: ObjectKey) async throws(StorageError) -> VersionedObject?

  /// The bytes of a range, cut to what there is, for objects that are too large to hold; throws `storage_not_found`.
  func get(_ key: ObjectKey, range: Range<Int>) async throws(StorageError) -> Data

  /// The object's length, or nil when there is none.
  func byteCount(of key: ObjectKey) async throws(StorageError) -> Int?

  /// The objects whose keys are `prefix` followed by `/` and more, ordered by key.
  func list(under prefix: ObjectKey) async throws(StorageError) -> [StoredObject]

  /// Removes an object; one that does not exist is no error.
  func delete(_ key: ObjectKey) async throws(StorageError)

  /// The location at which the engine reads an object that never changes under its key. It is good for as long as the
  /// value lives. Throws `storage_not_found`, at the latest when the engine reads; `storage_full` when the local disk
  /// has no room for the object.
  func engineLocation(of key: ObjectKey) async throws(StorageError) -> EngineLocation

  /// The same for an object that has to be the one that was written. Throws `storage_corrupt`, with the damage, for any
  /// other one and where there is none.
  func engineLocation(
    of key: ObjectKey, expecting expected: ExpectedObject, for use: ObjectUse
  ) async throws(StorageError) -> EngineLocation

  /// The ledger of the lists of files, which is kept elsewhere; nil where there is none.
  var ledger: (any ObjectLedger)? { get }

  /// Opens a folder on the local disk for files that become objects by `publish`.
  func stage() async throws(StorageError) -> StagingArea

  /// Turns a staged file into an object, replacing an existing one. The staged file no longer exists then.
  func publish(_ file: StagedFile, as key: ObjectKey) async throws(StorageError)

  /// Keeps everyone else out who asks for the same key, in this process and in others, until the result is released
  /// or the process ends. Waits as long as it takes; throws `storage_cancelled` when the task is cancelled.
  func lock(_ key: ObjectKey) async throws(StorageError) -> StorageLock

  /// A URL of the storage itself that anyone can read the object with until it expires, under that file name; nil where
  /// the storage has no URLs. Throws `storage_invalid_key` for a file name with a slash or quote, and for a time that
  /// the storage does not offer.
  func presignedURL(for key: ObjectKey, fileName: String, seconds: Int) throws(StorageError) -> URL?
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

/// One of the versions that the object of a key had.
public struct ObjectVersion: Hashable, Sendable {
  /// Differs between versions; means nothing else.
  public let tag: String

  /// The version of that tag.
  public init(tag: String) {
    self.tag = tag
  }
}

/// An object as it was read.
public struct VersionedObject: Hashable, Sendable {
  /// The whole object.
  public var data: Data
  /// Its version.
  public var version: ObjectVersion

  /// An object of that content and version.
  public init(data: Data, version: ObjectVersion) {
    self.data = data
    self.version = version
  }
}

/// A file that an engine opens to read or write: an absolute path. Locations are equal when their paths are.
public struct EngineLocation: Hashable, Sendable {
  /// Keeps a file where it is until the last reference goes.
  public final class Hold: Sendable {
    private let release: @Sendable () -> Void

    /// A hold that `release` gives up.
    public init(release: @escaping @Sendable () -> Void) {
      self.release = release
    }

    deinit { release() }
  }

  /// The path as the engine takes it.
  public let path: String
  private let hold: Hold?

  /// A location of that path, held for as long as the value lives.
  public init(path: String, hold: Hold? = nil) {
    self.path = path
    self.hold = hold
  }

  /// The path as a URL of a file.
  public var fileURL: URL { URL(filePath: path, directoryHint: .notDirectory) }

  /// Whether both are the same path.
  public static func == (left: EngineLocation, right: EngineLocation) -> Bool { left.path == right.path }

  /// Hashes the path.
  public func hash(into hasher: inout Hasher) { hasher.combine(path) }
}
