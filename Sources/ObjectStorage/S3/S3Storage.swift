import Base
public import Foundation

/// A bucket of an S3 service, or the part of one below a prefix, as an object storage.
///
/// The engine never sees the service: what it reads is fetched into a cache on the local disk, and what it writes is
/// uploaded from a staging area. Locks hold among the processes that share the work folder, so that a prefix belongs to
/// one work folder; the conditional writes hold among everybody.
public struct S3Storage: ObjectStorage {
  /// The default limit of the bytes of fetched objects on the local disk.
  public static let defaultCacheByteLimit = 64 << 30
  /// The longest time for which a URL can be valid, in seconds: seven days, as S3 has it.
  public static let urlSecondsLimit = SignatureV4.expiryLimitSeconds

  /// The ledger of the lists of files, which is kept elsewhere.
  public let ledger: (any ObjectLedger)?
  let bucket: S3Bucket
  private let prefix: ObjectKey?
  private let client: S3Client
  private let files: FolderFiles
  private let cache: ObjectCache
  private let uploadLimits: S3Bucket.UploadLimits
  private let verifier: FileVerifier

  /// The storage below a prefix of a bucket. Makes the work folder for locks, staging and the cache, and removes what
  /// ended processes left in it; asks the service nothing yet.
  ///
  /// - Parameters:
  ///   - owner: The id of the account of AWS that has to own the bucket; nil for any.
  ///   - verification: When fetched objects are compared with their checksums.
  ///   - ledger: The ledger of the lists of files, which is kept elsewhere.
  public init(
    location: S3Location, client: S3Client, owner: String? = nil, workFolder: URL,
    cacheByteLimit: Int = defaultCacheByteLimit,
    verification: ReadVerification = .changed, ledger: (any ObjectLedger)? = nil
  ) throws(StorageError) {
    try self.init(
      location: location, client: client, owner: owner, workFolder: workFolder, cacheByteLimit: cacheByteLimit,
      verification: verification, ledger: ledger, uploadLimits: S3Bucket.UploadLimits())
  }

  init(
    location: S3Location, client: S3Client, owner: String? = nil, workFolder: URL, cacheByteLimit: Int,
    verification: ReadVerification = .changed, ledger: (any ObjectLedger)? = nil, uploadLimits: S3Bucket.UploadLimits
  ) throws(StorageError) {
    self.ledger = ledger
    verifier = FileVerifier(verification)
    files = try FolderFiles(preparing: workFolder)
    let bucket = try S3Bucket(name: location.bucket, client: client, owner: owner)
    let prefix = location.prefix
    self.bucket = bucket
    self.prefix = prefix
    self.client = client
    self.uploadLimits = uploadLimits
    cache = ObjectCache(area: try files.temporaries.make(), byteLimit: cacheByteLimit) {
      (key, file) throws(StorageError) in
      let name = Self.name(of: key, below: prefix)
      guard let byteCount = try await bucket.byteCount(of: name) else { throw StorageError(.notFound) }
      return ObjectCache.Source(byteCount: byteCount) { () throws(StorageError) in
        try await bucket.download(name, byteCount: byteCount, to: file)
      }
    }
  }

  /// Writes an object; see `ObjectStorage`, as for all that follows.
  public func put(_ data: Data, at key: ObjectKey) async throws(StorageError) {
    _ = try await bucket.put(data, at: name(of: key))
    await cache.forget(key)
  }

  /// Writes an object where there is none.
  public func putIfAbsent(_ data: Data, at key: ObjectKey) async throws(StorageError) -> Bool {
    try await bucket.put(data, at: name(of: key), if: .absent)
  }

  /// Writes an object in place of a version of it.
  public func put(
    _ data: Data, at key: ObjectKey, replacing version: ObjectVersion?
  ) async throws(StorageError) -> Bool {
    let isWritten = try await bucket.put(
      data, at: name(of: key), if: version.map { .version($0.tag) } ?? .absent)
    await cache.forget(key)
    return isWritten
  }

  /// The whole object.
  public func get(_ key: ObjectKey) async throws(StorageError) -> Data {
    try await bucket.get(name(of: key)).data
  }

  /// The whole object with its version, or nil.
  public func versioned(_ key: ObjectKey) async throws(StorageError) -> VersionedObject? {
    do {
      let object = try await bucket.get(name(of: key))
      return VersionedObject(data: object.data, version: ObjectVersion(tag: object.tag))
    } catch {
      guard error.code == .notFound else { throw error }
      return nil
    }
  }

  /// The bytes of a range.
  public func get(_ key: ObjectKey, range: Range<Int>) async throws(StorageError) -> Data {
    guard range.isEmpty else { return try await bucket.get(name(of: key), range: range).data }
    guard try await exists(key) else { throw StorageError(.notFound) }
    return Data()
  }

  /// The object's length, or nil.
  public func byteCount(of key: ObjectKey) async throws(StorageError) -> Int? {
    try await bucket.byteCount(of: name(of: key))
  }

  /// The objects below a prefix. What others have put there under names that are no keys is left out.
  public func list(under prefix: ObjectKey) async throws(StorageError) -> [StoredObject] {
    let start = self.prefix.map { "\($0.value)/".utf8.count } ?? 0
    let objects = try await bucket.list(prefix: "\(name(of: prefix))/")
    return objects.compactMap { object in
      guard let key = try? ObjectKey(String(decoding: object.key.utf8.dropFirst(start), as: UTF8.self)) else {
        return nil
      }
      return StoredObject(key: key, byteCount: object.byteCount)
    }.sorted { $0.key < $1.key }
  }

  /// Removes an object.
  public func delete(_ key: ObjectKey) async throws(StorageError) {
    try await bucket.delete(name(of: key))
    await cache.forget(key)
  }

  /// The path of the object's copy on the local disk, which is fetched unless it is there.
  public func engineLocation(of key: ObjectKey) async throws(StorageError) -> EngineLocation {
    try await cache.location(of: key)
  }

  /// The path of the object's copy, once it has been checked. A damaged copy is fetched again, once.
  public func engineLocation(
    of key: ObjectKey, expecting expected: ExpectedObject, for use: ObjectUse
  ) async throws(StorageError) -> EngineLocation {
    do throws(StorageError) {
      return try await checkedLocation(of: key, expected, use)
    } catch {
      guard error.code == .corrupt else { throw error }
      await cache.forget(key)
      return try await checkedLocation(of: key, expected, use)
    }
  }

  private func checkedLocation(
    of key: ObjectKey, _ expected: ExpectedObject, _ use: ObjectUse
  ) async throws(StorageError) -> EngineLocation {
    let location: EngineLocation
    do throws(StorageError) {
      location = try await cache.location(of: key)
    } catch {
      guard error.code == .notFound else { throw error }
      throw StorageError(damage: ObjectDamage(.missing, of: key))
    }
    try await BlockingWork.run { [verifier] () throws(StorageError) in
      try verifier.check(location.path, of: key, is: expected, for: use)
    }
    return location
  }

  /// Opens a staging area in the work folder.
  public func stage() async throws(StorageError) -> StagingArea {
    try await BlockingWork.run { [files] () throws(StorageError) in try files.temporaries.make() }
  }

  /// Uploads a staged file, and removes it.
  public func publish(_ file: StagedFile, as key: ObjectKey) async throws(StorageError) {
    try await bucket.upload(file.url, to: name(of: key), limits: uploadLimits)
    await cache.forget(key)
    try await BlockingWork.run { () throws(StorageError) in
      do { try FileManager.default.removeItem(at: file.url) } catch { throw StorageError(cocoa: error) }
    }
  }

  /// Takes a key's lock among the processes that share the work folder.
  public func lock(_ key: ObjectKey) async throws(StorageError) -> StorageLock {
    try await files.lock(key)
  }

  /// A URL that anyone can read the object with, without a key of the service, until it expires.
  public func presignedURL(
    for key: ObjectKey, fileName: String, seconds: Int
  ) throws(StorageError) -> URL? {
    guard (1...Self.urlSecondsLimit).contains(seconds), try ObjectKey(fileName).value == fileName,
      !fileName.contains("\"")
    else { throw StorageError(.invalidKey) }
    let disposition = "attachment; filename=\"\(fileName)\""
    let url = client.presignedURL(
      bucket: bucket.name, key: name(of: key), query: [.init("response-content-disposition", disposition)],
      seconds: seconds)
    guard let url else { throw StorageError(.failed) }
    return url
  }

  private func name(of key: ObjectKey) -> String { Self.name(of: key, below: prefix) }

  private static func name(of key: ObjectKey, below prefix: ObjectKey?) -> String {
    prefix.map { "\($0.value)/\(key.value)" } ?? key.value
  }
}
