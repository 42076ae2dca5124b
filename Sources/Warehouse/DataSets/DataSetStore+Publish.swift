import Dialects
import Foundation
import ObjectStorage

extension DataSetStore {
  /// Makes staged files part of a folder, all of them in one step.
  ///
  /// Where the batches are part of it already, nothing changes: work that is done twice has the effect of once. Which
  /// partitions overlap is decided here, while nobody else can change the folder, so that uploads at the same time end
  /// as if they had come one after the other.
  ///
  /// - Parameters:
  ///   - batches: The batches that the rows are remembered as; at least one. For uploads, `count` gives their numbers
  ///     instead.
  ///   - layout: What the files have.
  ///   - period: The length of partitions; nothing for rows without a time.
  ///   - validate: Runs while the folder is locked, right before the change; what it throws ends the call with nothing
  ///     changed. For asking whether the folder is still wanted.
  /// - Returns: the batches as the folder remembers them.
  @discardableResult
  package func publish(
    _ parts: [StagedRows], as batches: [RowManifest.Batch], to layout: RowLayout, period: DataSetPeriod = .day,
    strategy: UpdateStrategy = .additive, instanceID: String, validate: () async throws -> Void = {}
  ) async throws -> [RowManifest.Batch] {
    let plan = PublishPlan(parts: parts, layout: layout, period: period, strategy: strategy)
    return try await publish(plan, as: batches.map(\.id), instanceID: instanceID, validate: validate) { _ in batches }
  }

  /// Publishes; `batches` says what to remember of the parts that were taken.
  func publish(
    _ plan: PublishPlan, as ids: [String], instanceID: String, validate: () async throws -> Void,
    batches: ([StagedRows]) -> [RowManifest.Batch]
  ) async throws -> [RowManifest.Batch] {
    let folder = try RowFolder(plan.layout.folder, instanceID: instanceID)
    return try await storage.withLock(folder.manifestKey()) {
      let (old, known) =
        switch plan.strategy {
        case .additive, .overlapReplace, .overlapKeep: try await folder.manifest(in: storage)
        case .fullReplace: try await folder.manifestToReplace(in: storage)
        }
      let held = ids.compactMap(old.batch(id:))
      if held.count == ids.count, !ids.isEmpty { return held }
      try await validate()
      let version = if let known { known } else { try await folder.begin(old, in: storage) }
      try await folder.removeStrays(old, in: storage)
      let (kept, isReplaced) = plan.decide(against: old.files)
      var new = next(after: old, retiring: isReplaced)
      let taken = batches(kept)
      new.batches = Array((new.batches + taken).suffix(RowManifest.batchLimit))
      new.files += try await move(kept, plan.period, to: folder)
      try await compact(&new, plan.layout, in: folder)
      new.files.sort { $0.name < $1.name }
      try await folder.put(new, replacing: version, in: storage)
      return taken
    }
  }

  /// The manifest that follows on `old`, less the files that go. They stay on the disk for queries that began before.
  func next(after old: RowManifest, retiring isRetired: (RowManifest.File) -> Bool) -> RowManifest {
    let time = now()
    var new = old
    new.generation += 1
    new.retired.removeAll { time.timeIntervalSince($0.retiredAt) >= SignalStore.retirementSeconds }
    new.retire(at: time, where: isRetired)
    return new
  }

  /// Gives the files their keys. As long as no manifest lists them, they do not count.
  func move(
    _ parts: [StagedRows], _ period: DataSetPeriod, to folder: RowFolder
  ) async throws -> [RowManifest.File] {
    try await ConcurrentWork.map(parts, atOnce: SignalStore.concurrentMoves) { (_, part) throws(StorageError) in
      try await move(part, period, to: folder)
    }
  }

  private func move(
    _ part: StagedRows, _ period: DataSetPeriod, to folder: RowFolder
  ) async throws(StorageError) -> RowManifest.File {
    let name = "\(part.slot?.path ?? "")part-\(makeName()).parquet"
    let digest = try await storage.publishWithDigest(part.file, as: try folder.file(name))
    return RowManifest.File(
      name: name, partition: part.slot?.partition(period), day: part.slot?.day, rowCount: part.rowCount,
      matchedRowCount: part.matchedRowCount, byteCount: digest.byteCount, addedAt: now(), sha256: digest.sha256)
  }
}

/// Files that are to become part of a folder, and how.
struct PublishPlan: Sendable {
  let parts: [StagedRows]
  let layout: RowLayout
  let period: DataSetPeriod
  let strategy: UpdateStrategy

  /// Which parts join the folder's files, and which of those go.
  func decide(
    against files: [RowManifest.File]
  ) -> (kept: [StagedRows], isReplaced: (RowManifest.File) -> Bool) {
    // A file without rows tells nothing, and would make a partition of nothing.
    let parts = parts.filter { $0.rowCount > 0 }
    switch strategy {
    case .additive: return (parts, { _ in false })
    case .fullReplace: return (parts, { _ in true })
    case .overlapReplace:
      let partitions = Set(parts.map(partition))
      return (parts, { partitions.contains($0.partition) })
    case .overlapKeep:
      let partitions = Set(files.map(\.partition))
      return (parts.filter { !partitions.contains(partition($0)) }, { _ in false })
    }
  }

  private func partition(_ part: StagedRows) -> Int? { part.slot?.partition(period) }
}
