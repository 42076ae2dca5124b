import Base
import Foundation
import ObjectStorage
import Synchronization

/// Copies objects into a repository, each content once.
final class BackupCopier: Sendable {
  private struct State {
    /// The objects of the repository, by SHA-256, with their lengths.
    var stored: [String: Int]
    /// The digests of objects that never change under their keys, from the last backup and from this one.
    var known: [String: ObjectDigest]
    var copiedByteCount = 0
  }

  private let server: BackupWork.Server
  private let repository: BackupRepository
  private let progress: WorkProgress.Observer
  private let state: Mutex<State>

  init(server: BackupWork.Server, repository: BackupRepository, progress: @escaping WorkProgress.Observer) async throws
  {
    (self.server, self.repository, self.progress) = (server, repository, progress)
    progress(WorkProgress("looking at the backups", 0))
    var known: [String: ObjectDigest] = [:]
    if let last = try await repository.backups().last {
      // A damaged list of the last backup makes this one slower, and no worse.
      for entry in (try? await repository.manifest(of: last))?.objects ?? [] { known[entry.name] = entry.digest }
    }
    state = Mutex(State(stored: try await repository.storedObjects(), known: known))
  }

  /// The bytes that no earlier backup had.
  var copiedByteCount: Int { state.withLock { $0.copiedByteCount } }

  /// Copies objects. Returns those that the repository has now, and those that are damaged or missing.
  func copy(_ items: [BackupPlan.Item]) async throws -> (entries: [BackupManifest.Entry], damages: [ObjectDamage]) {
    let meter = ByteMeter("copying objects", total: items.reduce(0) { $0 + $1.byteCount }, progress)
    let outcomes = try await ConcurrentWork.map(items, atOnce: ObjectReader.concurrentObjects) {
      (_, item) throws(StorageError) in
      defer { meter.finish(item.byteCount) }
      return try await self.outcome(of: item)
    }
    var (entries, damages) = ([BackupManifest.Entry](), [ObjectDamage]())
    for (item, outcome) in zip(items, outcomes) {
      switch outcome {
      case .success(let digest): entries.append(BackupManifest.Entry(name: item.key.value, digest: digest))
      case .failure(let error): damages.append(error.damage ?? ObjectDamage(.missing, of: item.key))
      }
    }
    return (entries, damages)
  }

  /// The digest of an object that the repository has now; a failure for an object that is damaged or missing.
  private func outcome(of item: BackupPlan.Item) async throws(StorageError) -> Result<ObjectDigest, StorageError> {
    do throws(StorageError) {
      return .success(try await copy(item))
    } catch {
      guard error.damage != nil || error.code == .notFound else { throw error }
      return .failure(error)
    }
  }

  private func copy(_ item: BackupPlan.Item) async throws(StorageError) -> ObjectDigest {
    if let data = item.data { return try await put(data) }
    if let digest = knownDigest(of: item), hasStored(digest) { return digest }
    let digest = try await ObjectReader(storage: server.objects).copy(
      item.key, expecting: item.expected, to: repository.storage, as: BackupRepository.objectKey)
    if item.isImmutable { state.withLock { $0.known[item.key.value] = digest } }
    note(digest)
    return digest
  }

  private func put(_ data: Data) async throws(StorageError) -> ObjectDigest {
    let digest = ObjectDigest(of: data)
    guard !hasStored(digest) else { return digest }
    try await repository.storage.put(data, at: BackupRepository.objectKey(digest))
    note(digest)
    return digest
  }

  /// The digest that an object must have: by its manifest, or as the last backup has it.
  private func knownDigest(of item: BackupPlan.Item) -> ObjectDigest? {
    guard item.isImmutable else { return nil }
    if let byteCount = item.expected?.byteCount, let sha256 = item.expected?.sha256 {
      // An object that is not as long as it has to be is damaged, whatever the repository has.
      return byteCount == item.byteCount ? ObjectDigest(byteCount: byteCount, sha256: sha256) : nil
    }
    return state.withLock { $0.known[item.key.value] }.flatMap { $0.byteCount == item.byteCount ? $0 : nil }
  }

  private func hasStored(_ digest: ObjectDigest) -> Bool {
    state.withLock { $0.stored[digest.sha256] == digest.byteCount }
  }

  /// Notes that the repository has an object.
  private func note(_ digest: ObjectDigest) {
    state.withLock { state in
      guard state.stored.updateValue(digest.byteCount, forKey: digest.sha256) == nil else { return }
      state.copiedByteCount += digest.byteCount
    }
  }

  /// Copies the files of the data folder.
  func copyFiles() async throws -> [BackupManifest.Entry] {
    guard let folder = server.folder else { return [] }
    let files = DataFolderFiles(root: folder)
    let found = try await files.list()
    let meter = ByteMeter("copying files", total: found.reduce(0) { $0 + $1.byteCount }, progress)
    var entries: [BackupManifest.Entry] = []
    for (path, byteCount) in found {
      if let digest = try await copyFile(folder.appending(path: path)) {
        entries.append(BackupManifest.Entry(name: path, digest: digest))
      }
      meter.finish(byteCount)
    }
    return entries
  }

  /// Copies a file, unless it is gone. Its content may change at any time: what counts is what was copied.
  private func copyFile(_ url: URL) async throws -> ObjectDigest? {
    let file = try await repository.storage.stage().file("file")
    do {
      try await BlockingWork.run { try FileManager.default.copyItem(at: url, to: file.url) }
    } catch let error as CocoaError where error.code == .fileReadNoSuchFile || error.code == .fileNoSuchFile {
      return nil
    }
    let digest = try await file.digest()
    guard !hasStored(digest) else { return digest }
    try await repository.storage.publish(file, as: BackupRepository.objectKey(digest))
    note(digest)
    return digest
  }
}

/// Tells how many of the bytes of a step are done.
final class ByteMeter: Sendable {
  private let step: String
  private let total: Int
  private let done = Mutex(0)
  private let progress: WorkProgress.Observer

  init(_ step: String, total: Int, _ progress: @escaping WorkProgress.Observer) {
    (self.step, self.total, self.progress) = (step, max(total, 1), progress)
    progress(WorkProgress(step, 0))
  }

  func finish(_ byteCount: Int) {
    let done = done.withLock { done in
      done += byteCount
      return done
    }
    progress(WorkProgress(step, Double(done) / Double(total)))
  }
}
