import Base
import Crypto
public import Foundation

/// A folder of the local disk as an object storage: the key is the path below the folder.
///
/// Files and folders are for their owner only. `.staging` and `.locks` at the top belong to the storage itself; no key
/// can name them.
public struct LocalFolderStorage: ObjectStorage {
  /// The absolute path of the folder, with no symbolic link in it, as engines compare paths after following links.
  public let root: URL
  /// The ledger of the lists of files, which is kept elsewhere.
  public let ledger: (any ObjectLedger)?
  let files: FolderFiles
  private let verifier: FileVerifier

  /// Makes the folder if there is none, and removes what ended processes left in it.
  ///
  /// - Parameters:
  ///   - verification: When objects are compared with their checksums.
  ///   - ledger: The ledger of the lists of files, which is kept elsewhere.
  /// - Throws: `storage_invalid_key` when its path has one of `*?[]{}`, which an engine would read as a pattern; other
  ///   codes when it cannot be made.
  public init(
    root: URL, verification: ReadVerification = .changed, ledger: (any ObjectLedger)? = nil
  ) throws(StorageError) {
    files = try FolderFiles(preparing: root)
    self.root = files.root
    self.ledger = ledger
    verifier = FileVerifier(verification)
  }

  /// Writes an object; see `ObjectStorage`, as for all that follows.
  public func put(_ data: Data, at key: ObjectKey) async throws(StorageError) {
    try await BlockingWork.run { [files] () throws(StorageError) in
      _ = try files.write(data, to: key, replacing: true)
    }
  }

  /// Writes an object where there is none.
  public func putIfAbsent(_ data: Data, at key: ObjectKey) async throws(StorageError) -> Bool {
    try await BlockingWork.run { [files] () throws(StorageError) in
      try files.write(data, to: key, replacing: false)
    }
  }

  /// The whole object.
  public func get(_ key: ObjectKey) async throws(StorageError) -> Data {
    try await get(key, range: 0..<Int.max)
  }

  /// The bytes of a range.
  public func get(_ key: ObjectKey, range: Range<Int>) async throws(StorageError) -> Data {
    try await BlockingWork.run { [files] () throws(StorageError) in
      try files.read(key, range: range)
    }
  }

  /// The object's length, or nil.
  public func byteCount(of key: ObjectKey) async throws(StorageError) -> Int? {
    try await BlockingWork.run { [files] () throws(StorageError) in
      try FolderFiles.byteCount(of: files.url(of: key))
    }
  }

  /// The objects below a prefix.
  public func list(under prefix: ObjectKey) async throws(StorageError) -> [StoredObject] {
    try await BlockingWork.run { [files] () throws(StorageError) in
      try files.list(under: prefix)
    }
  }

  /// Removes an object, and the folders that it leaves empty.
  public func delete(_ key: ObjectKey) async throws(StorageError) {
    try await BlockingWork.run { [files] () throws(StorageError) in
      try files.delete(key)
    }
  }

  /// The object's absolute path.
  public func engineLocation(of key: ObjectKey) async throws(StorageError) -> EngineLocation {
    EngineLocation(path: files.url(of: key).path(percentEncoded: false))
  }

  /// The object's absolute path, once it has been checked.
  public func engineLocation(
    of key: ObjectKey, expecting expected: ExpectedObject, for use: ObjectUse
  ) async throws(StorageError) -> EngineLocation {
    let location = try await engineLocation(of: key)
    try await BlockingWork.run { [verifier] () throws(StorageError) in
      try verifier.check(location.path, of: key, is: expected, for: use)
    }
    return location
  }

  /// Opens a staging area on the same file system, so that publishing moves and does not copy.
  public func stage() async throws(StorageError) -> StagingArea {
    try await BlockingWork.run { [files] () throws(StorageError) in
      try files.temporaries.make()
    }
  }

  /// Moves a staged file to the path of the object.
  public func publish(_ file: StagedFile, as key: ObjectKey) async throws(StorageError) {
    try await BlockingWork.run { [files] () throws(StorageError) in
      try files.move(file.url, to: key)
    }
  }

  /// Takes a key's lock, trying again until it is free.
  public func lock(_ key: ObjectKey) async throws(StorageError) -> StorageLock {
    try await files.lock(key)
  }

  /// None: a folder has no URLs that others could use.
  public func presignedURL(for key: ObjectKey, fileName: String, seconds: Int) throws(StorageError) -> URL? { nil }
}

extension LocalFolderStorage {
  /// The whole object with its version, or nil.
  public func versioned(_ key: ObjectKey) async throws(StorageError) -> VersionedObject? {
    do {
      let data = try await get(key)
      return VersionedObject(data: data, version: Self.version(of: data))
    } catch {
      guard error.code == .notFound else { throw error }
      return nil
    }
  }

  /// Writes an object in place of a version of it.
  public func put(
    _ data: Data, at key: ObjectKey, replacing version: ObjectVersion?
  ) async throws(StorageError) -> Bool {
    let lock = try await files.lock(key, for: .write)
    defer { lock.release() }
    guard try await versioned(key)?.version == version else { return false }
    try await put(data, at: key)
    return true
  }

  private static func version(of data: Data) -> ObjectVersion {
    ObjectVersion(tag: Hexadecimal.text(of: SHA256.hash(data: data)))
  }
}
