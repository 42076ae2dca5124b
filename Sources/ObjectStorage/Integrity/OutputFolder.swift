/// The files that a run left in the folder of its attempt, with their checksums: the result of a report, or the members
/// of an audience.
///
///     instances/{instance}/executions/{execution}/attempt-1/result.csv
///     instances/{instance}/executions/{execution}/attempt-1/checksums.json    written last
package struct OutputFolder: Sendable {
  /// The name of the object with the checksums. Folders of earlier releases have none.
  package static let checksumsName = "checksums.json"

  private struct Checksums: Codable {
    /// By the file's name in the folder.
    var files: [String: ObjectDigest]
  }

  private let prefix: ObjectKey
  private let storage: any ObjectStorage

  /// The folder of an attempt.
  package init(_ prefix: ObjectKey, in storage: any ObjectStorage) {
    (self.prefix, self.storage) = (prefix, storage)
  }

  /// Turns a finished file into an object of the folder. `finish` has to be told its digest.
  package func publish(_ file: StagedFile, as name: String) async throws(StorageError) -> ObjectDigest {
    try await storage.publishWithDigest(file, as: try prefix.appending(name))
  }

  /// Writes down the checksums of all files.
  package func finish(_ digests: [String: ObjectDigest]) async throws {
    let data = try SealedDocument.data(of: Checksums(files: digests), folder: prefix)
    try await storage.put(data, at: try prefix.appending(Self.checksumsName))
  }

  /// The checksums of the folder's files; none where an earlier release wrote them.
  ///
  /// - Throws: `storage_corrupt` with the damage where the checksums themselves are damaged.
  package func digests() async throws(StorageError) -> [String: ObjectDigest] {
    let key = try prefix.appending(Self.checksumsName)
    guard let object = try await storage.versioned(key) else { return [:] }
    let (checksums, isSealed) = try SealedDocument.value(Checksums.self, in: object.data, folder: prefix, key: key)
    guard isSealed else { throw StorageError(damage: ObjectDamage(.malformed, of: key)) }
    return checksums.files
  }

  /// Where a file can be read, once it has been checked.
  ///
  /// - Parameter subject: What clients know the file by.
  /// - Throws: `storage_corrupt` with the damage, also where the file is missing.
  package func location(of name: String, subject: String) async throws(StorageError) -> EngineLocation {
    do throws(StorageError) {
      let key = try prefix.appending(name)
      guard let digest = try await digests()[name] else {
        guard try await storage.exists(key) else { throw StorageError(.notFound) }
        return try await storage.engineLocation(of: key)
      }
      return try await storage.engineLocation(of: key, expecting: ExpectedObject(digest), for: .query)
    } catch {
      throw error.about(subject)
    }
  }

  /// Where the file of that key can be read, once it has been checked.
  package static func location(
    of key: ObjectKey, subject: String, in storage: any ObjectStorage
  ) async throws(StorageError) -> EngineLocation {
    guard let prefix = key.parent else { return try await storage.engineLocation(of: key) }
    return try await OutputFolder(prefix, in: storage).location(of: key.lastPart, subject: subject)
  }
}

extension ObjectStorage {
  /// Turns a staged file into an object. Returns what a list of files has to know of it.
  package func publishWithDigest(_ file: StagedFile, as key: ObjectKey) async throws(StorageError) -> ObjectDigest {
    let digest = try await file.digest()
    try await publish(file, as: key)
    return digest
  }
}
