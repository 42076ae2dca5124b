import Base
import CleanRoom
package import Foundation
import Metadata
package import ObjectStorage
import Warehouse

/// Restores a backup into an empty place.
///
/// The store comes last: as long as it is not there, no server starts on the place, and the command can be given again
/// to go on where it was interrupted.
package struct RestoreWork: Sendable {
  /// The place that a backup is restored to.
  package struct Target: Sendable {
    /// The data folder.
    package var folder: URL
    /// The file of the store.
    package var storePath: String
    package var objects: any ObjectStorage

    package init(folder: URL, storePath: String, objects: any ObjectStorage) {
      (self.folder, self.storePath, self.objects) = (folder, storePath, objects)
    }
  }

  /// The file in the data folder that says which backup is being restored.
  package static let markName = "restore.json"

  private struct Mark: Codable {
    var backupId: String
  }

  let repository: BackupRepository
  let target: Target
  let progress: WorkProgress.Observer

  package init(
    from repository: BackupRepository, to target: Target, progress: @escaping WorkProgress.Observer = { _ in }
  ) {
    (self.repository, self.target, self.progress) = (repository, target, progress)
  }

  /// Restores a backup, and compares everything with it. Returns its manifest.
  ///
  /// - Throws: `BackupError`, `StorageError`, `MetadataError`.
  package func run(_ backup: BackupSummary) async throws -> BackupManifest {
    let manifest = try await repository.manifest(of: backup)
    try await begin(manifest)
    // In the data folder, so that files only have to be moved from there.
    let area = try await BlockingWork.run { [target] () throws(StorageError) in
      try TemporaryFolders(in: target.folder.appending(path: Self.temporaryName)).make()
    }
    defer {
      area.discard()
      try? FileManager.default.removeItem(at: target.folder.appending(path: Self.temporaryName))
    }
    let store = try await fetchStore(of: manifest, in: area)
    try await restoreObjects(of: manifest)
    try await restoreFiles(of: manifest, in: area)
    try await verify(manifest)
    try await BlockingWork.run { [target] () throws(StorageError) in
      try store.place(at: URL(filePath: target.storePath))
    }
    try await BlockingWork.run { [markURL] in try FileManager.default.removeItem(at: markURL) }
    return manifest
  }

  private static let temporaryName = "restoring"

  private var markURL: URL { target.folder.appending(path: Self.markName) }

  /// Makes sure that nothing is overwritten, and notes what is being restored.
  private func begin(_ manifest: BackupManifest) async throws {
    guard !MetadataCopy.isStore(path: target.storePath) else { throw BackupError.notEmpty }
    let mark = (try? Data(contentsOf: markURL)).flatMap { try? JSONDecoder().decode(Mark.self, from: $0) }
    guard mark?.backupId != manifest.id else { return }
    for root in StoredFolder.roots {
      guard try await target.objects.list(under: try ObjectKey(root)).isEmpty else { throw BackupError.notEmpty }
    }
    guard try await target.objects.versioned(try ObjectKey(StorePairing.objectName)) == nil else {
      throw BackupError.notEmpty
    }
    try JSONEncoder().encode(Mark(backupId: manifest.id)).write(to: markURL, options: .atomic)
  }

  // MARK: Restoring

  private func restoreObjects(of manifest: BackupManifest) async throws {
    let meter = ByteMeter("restoring objects", total: manifest.objectByteCount, progress)
    let reader = ObjectReader(storage: repository.storage)
    try await forEachObject(of: manifest) { (key, entry) throws(StorageError) in
      // What an interrupted command has restored stays.
      if try await target.objects.byteCount(of: key) != entry.digest.byteCount {
        try await reader.copy(
          try BackupRepository.objectKey(entry.digest), expecting: ExpectedObject(entry.digest), to: target.objects
        ) { (_: ObjectDigest) throws(StorageError) in key }
      }
      meter.finish(entry.digest.byteCount)
    }
  }

  private func restoreFiles(of manifest: BackupManifest, in area: StagingArea) async throws {
    let meter = ByteMeter(
      "restoring files", total: manifest.files.reduce(0) { $0 + $1.digest.byteCount }, progress)
    for entry in manifest.files {
      guard let url = DataFolderFiles(root: target.folder).url(of: entry.name) else {
        throw BackupError.damagedBackup(id: manifest.id, name: entry.name)
      }
      let file = try area.file("file")
      let key = try BackupRepository.objectKey(entry.digest)
      try await ofBackup(manifest, entry.name) { () throws(StorageError) in
        try await ObjectReader(storage: repository.storage).fetch(
          key, expecting: ExpectedObject(entry.digest), into: file)
      }
      try await BlockingWork.run { () throws(StorageError) in try file.place(at: url) }
      meter.finish(entry.digest.byteCount)
    }
  }

  /// Fetches the store, and checks it with SQLite's own means and by its audit log.
  private func fetchStore(of manifest: BackupManifest, in area: StagingArea) async throws -> StagedFile {
    progress(WorkProgress("restoring the metadata store", 0))
    let file = try area.file("metadata.sqlite")
    try await ofBackup(manifest, "metadata.sqlite") { () throws(StorageError) in
      try await ObjectReader(storage: repository.storage).fetch(
        try BackupRepository.metadataKey(manifest.id), expecting: ExpectedObject(manifest.metadata), into: file)
    }
    let isIntact = try await BlockingWork.run {
      try MetadataCopy.read(file.url.path(percentEncoded: false)) { snapshot in
        try snapshot.isIntact() && snapshot.auditBreak(seen: [manifest.auditHead]) == nil
      }
    }
    guard isIntact else { throw BackupError.damagedBackup(id: manifest.id, name: "metadata.sqlite") }
    return file
  }

  /// Runs work that reads from the backup: what is wrong there is the backup's damage.
  private func ofBackup<Result>(
    _ manifest: BackupManifest, _ name: String, _ work: () async throws(StorageError) -> Result
  ) async throws {
    do throws(StorageError) {
      _ = try await work()
    } catch {
      guard error.damage != nil || error.code == .notFound else { throw error }
      throw BackupError.damagedBackup(id: manifest.id, name: name)
    }
  }

  private func forEachObject(
    of manifest: BackupManifest,
    _ work: @escaping @Sendable (ObjectKey, BackupManifest.Entry) async throws(StorageError) -> Void
  ) async throws {
    let failed = try await ConcurrentWork.map(manifest.objects, atOnce: ObjectReader.concurrentObjects) {
      (_, entry) throws(StorageError) -> String? in
      do throws(StorageError) {
        try await work(try ObjectKey(entry.name), entry)
        return nil
      } catch {
        guard error.damage != nil || error.code == .notFound else { throw error }
        return entry.name
      }
    }
    if let name = failed.compactMap(\.self).first { throw BackupError.damagedBackup(id: manifest.id, name: name) }
  }

  // MARK: Comparing

  /// Reads everything back, and compares it with the backup.
  private func verify(_ manifest: BackupManifest) async throws {
    let meter = ByteMeter("checking objects", total: manifest.objectByteCount, progress)
    let reader = ObjectReader(storage: target.objects)
    let wrong = try await ConcurrentWork.map(manifest.objects, atOnce: ObjectReader.concurrentObjects) {
      (_, entry) throws(StorageError) -> String? in
      defer { meter.finish(entry.digest.byteCount) }
      return try await reader.digest(of: try ObjectKey(entry.name)) == entry.digest ? nil : entry.name
    }
    if let name = wrong.compactMap(\.self).first { throw BackupError.notRestored(name: name) }
    for entry in manifest.files {
      guard let url = DataFolderFiles(root: target.folder).url(of: entry.name),
        try await ObjectDigest.ofFile(at: url) == entry.digest
      else { throw BackupError.notRestored(name: entry.name) }
    }
  }
}

extension BackupManifest {
  fileprivate var objectByteCount: Int { objects.reduce(0) { $0 + $1.digest.byteCount } }
}
