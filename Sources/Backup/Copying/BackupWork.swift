package import Base
import CleanRoom
package import Foundation
package import Metadata
package import ObjectStorage
import Warehouse

/// Makes a backup of a server, which goes on meanwhile.
package struct BackupWork: Sendable {
  /// The server that is backed up.
  package struct Server: Sendable {
    package var store: MetadataStore
    /// The file of the store.
    package var storePath: String
    package var objects: any ObjectStorage
    /// The data folder, of which the files beside store and objects are taken; nil for none of them.
    package var folder: URL?

    package init(store: MetadataStore, storePath: String, objects: any ObjectStorage, folder: URL?) {
      (self.store, self.storePath, self.objects, self.folder) = (store, storePath, objects, folder)
    }
  }

  /// The outcome.
  package struct Summary: Sendable, Hashable {
    package var manifest: BackupManifest
    /// The bytes that no earlier backup had.
    package var copiedByteCount: Int
    /// The backups that were removed.
    package var removedIDs: [String]
  }

  /// The number of times that objects may be looked for again because some were removed meanwhile. What is missing
  /// after that is lost.
  static let roundLimit = 5

  let server: Server
  let repository: BackupRepository
  let clock: any WallClock
  let progress: WorkProgress.Observer

  package init(
    _ server: Server, to repository: BackupRepository, clock: any WallClock = SystemClock(),
    progress: @escaping WorkProgress.Observer = { _ in }
  ) {
    (self.server, self.repository, self.clock, self.progress) = (server, repository, clock, progress)
  }

  /// Makes a backup, and removes all but the last ones.
  ///
  /// - Parameters:
  ///   - count: How many backups stay, this one included.
  ///   - allowsDamage: Whether a backup is made without objects that are damaged or missing.
  /// - Throws: `BackupError`, `MetadataError`, `StorageError`.
  package func run(keeping count: Int, allowsDamage: Bool = false) async throws -> Summary {
    let startedAt = clock.now
    let storeID = try await server.store.read { try $0.storeIdentity().id }
    return try await repository.withLock {
      try await repository.claim(for: storeID)
      let copier = try await BackupCopier(server: server, repository: repository, progress: progress)
      let settled = try await settle(copier)
      guard settled.damages.isEmpty || allowsDamage else { throw BackupError.damagedObjects(settled.damages) }
      let files = try await copier.copyFiles()
      let manifest = BackupManifest(
        id: try await newID(at: startedAt), storeID: storeID, startedAt: startedAt, finishedAt: clock.now,
        metadata: settled.store.digest, auditHead: settled.store.auditHead, objects: settled.entries, files: files,
        damaged: settled.damages.map(\.key.value).sorted())
      try await repository.storage.publish(settled.store.file, as: BackupRepository.metadataKey(manifest.id))
      try await repository.put(manifest)
      try await record(manifest, copiedByteCount: copier.copiedByteCount)
      progress(WorkProgress("removing old backups", 0))
      let removed = try await repository.prune(keeping: count)
      return Summary(manifest: manifest, copiedByteCount: copier.copiedByteCount, removedIDs: removed)
    }
  }

  /// A moment at which everything is there.
  private struct Settled {
    var store: StoreCopy
    var entries: [BackupManifest.Entry]
    var damages: [ObjectDamage]
  }

  /// Copies store and objects until nothing was removed in between.
  private func settle(_ copier: BackupCopier) async throws -> Settled {
    var round = 1
    var before: [ObjectDamage] = []
    while true {
      let store = try await StoreCopy(of: server.storePath, in: repository.storage, progress: progress)
      let plan = try await BackupPlan(
        of: server.objects, generations: store.generations, referenced: store.referenced)
      let (entries, damages) = try await copier.copy(plan.items)
      let all = plan.missing + damages
      // An object that went away was removed, with the record that refers to it; or it is lost: then it is missing
      // again.
      guard !all.isEmpty, all != before, round < Self.roundLimit else {
        return Settled(store: store, entries: entries, damages: all)
      }
      (before, round) = (all, round + 1)
    }
  }

  private func record(_ manifest: BackupManifest, copiedByteCount: Int) async throws {
    let record = BackupRecord(
      id: manifest.id, startedAt: manifest.startedAt, finishedAt: manifest.finishedAt,
      objectCount: manifest.objects.count, byteCount: manifest.byteCount, copiedByteCount: copiedByteCount)
    try await server.store.write { try $0.insert(record) }
  }

  /// The digits of a backup's number.
  private static let numberDigits = 6

  /// An id whose order is that of the backups, whatever the clock says, as in `000012-20260131T235959Z`. Only for who
  /// holds the repository's lock.
  private func newID(at time: Date) async throws -> String {
    let last = try await repository.backups().last?.id.split(separator: "-").first.flatMap { Int($0) } ?? 0
    let number = String(last + 1)
    let padding = String(repeating: "0", count: max(0, Self.numberDigits - number.count))
    let text = time.formatted(
      Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted, timeZone: .gmt))
    return "\(padding)\(number)-\(text)"
  }
}

/// A copy of the store in the staging area of a repository, with what has to be known of it.
private struct StoreCopy: Sendable {
  let file: StagedFile
  let digest: ObjectDigest
  let generations: [String: Int]
  let referenced: ReferencedObjects
  let auditHead: AuditChain.Head

  init(
    of path: String, in storage: any ObjectStorage, progress: @escaping WorkProgress.Observer
  ) async throws {
    let file = try await storage.stage().file("metadata.sqlite")
    let target = file.url.path(percentEncoded: false)
    (generations, referenced, auditHead) = try await BlockingWork.run {
      try MetadataCopy.write(from: path, to: target) { progress(WorkProgress("copying the metadata store", $0)) }
      return try MetadataCopy.read(target) { snapshot in
        (try snapshot.objectGenerations(), try snapshot.referencedObjects(), try snapshot.auditHead())
      }
    }
    digest = try await file.digest()
    self.file = file
  }
}
