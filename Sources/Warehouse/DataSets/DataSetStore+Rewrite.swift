import Dialects
import Foundation
import ObjectStorage

extension DataSetStore {
  /// The most files that a slot has before the small ones of them become one.
  package static let filesPerSlotMax = 16

  /// Removes a folder with everything in it, at once. Whoever publishes to it afterwards makes it anew: `validate` of
  /// `publish` is there to prevent that.
  package func delete(folder: String, instanceID: String) async throws {
    let folder = try RowFolder(folder, instanceID: instanceID)
    try await storage.withLock(folder.manifestKey()) { try await folder.remove(from: storage) }
  }

  /// Removes the rows of users. What was there before, in files of the folder or retired ones, is gone from the storage
  /// when this returns; a query that reads it meanwhile can end with `engine_storage`. Returns how many rows went.
  package func removeUsers(_ keys: [Int64], from layout: RowLayout, instanceID: String) async throws -> Int {
    try await replaceFiles(of: layout, instanceID: instanceID, keepsRetired: keys.isEmpty) {
      try await $0.removing(keys)
    }
  }

  /// Writes all files anew with just the fields of the layout, and removes the old ones at once: for columns that were
  /// deleted.
  package func rewrite(_ layout: RowLayout, instanceID: String) async throws {
    _ = try await replaceFiles(of: layout, instanceID: instanceID, keepsRetired: false) { try await $0.copying() }
  }

  /// Lets work replace files, publishes what came out, and removes everything else. Returns how many rows went.
  ///
  /// - Parameter keepsRetired: Whether files that were replaced before may stay, because nothing has to leave them.
  private func replaceFiles(
    of layout: RowLayout, instanceID: String, keepsRetired: Bool,
    _ work: (RowRewriter) async throws -> [RowRewriter.Replacement]
  ) async throws -> Int {
    let folder = try RowFolder(layout.folder, instanceID: instanceID)
    return try await storage.withLock(folder.manifestKey()) {
      let (old, version) = try await folder.manifest(in: storage)
      let area = try await storage.stage()
      defer { area.discard() }
      let replaced = try await RowRewriter.with(
        old.files, of: folder, layout: layout, store: self, area: area, work)
      var new = old
      if !keepsRetired { new.retired = [] }
      // The number rises also where nothing was replaced: what changes it must not depend on who is in the rows.
      if version != nil {
        let gone = Set(replaced.map(\.old.name))
        new.generation += 1
        new.files.removeAll { gone.contains($0.name) }
        for one in replaced where one.new.rowCount > 0 {
          new.files.append(try await publish(one.new, like: one.old, in: folder))
        }
        new.files.sort { $0.name < $1.name }
        try await folder.put(new, replacing: version, in: storage)
      }
      // Also what an interrupted call left: it had changed the manifest, but not removed the files yet.
      try await folder.removeStrays(new, in: storage)
      return replaced.reduce(0) { $0 + $1.old.rowCount - $1.new.rowCount }
    }
  }

  /// Gives a file that was written anew a key beside that of an old one.
  private func publish(
    _ part: StagedRows, like old: RowManifest.File, in folder: RowFolder
  ) async throws -> RowManifest.File {
    var file = old
    file.name = "\(old.parent)part-\(makeName()).parquet"
    let digest = try await storage.publishWithDigest(part.file, as: try folder.file(file.name))
    file.rowCount = part.rowCount
    file.matchedRowCount = part.matchedRowCount
    (file.byteCount, file.sha256) = (digest.byteCount, digest.sha256)
    return file
  }

  /// Makes one file of the small ones of a slot that has too many. Rows are written again only when files of their own
  /// size came together, so that each is a few times at most.
  func compact(_ manifest: inout RowManifest, _ layout: RowLayout, in folder: RowFolder) async throws {
    let slots = Dictionary(grouping: manifest.files, by: \.parent)
    for (_, files) in slots.sorted(by: { $0.key < $1.key }) where files.count > Self.filesPerSlotMax {
      let chosen = Self.smallOnes(of: files)
      let area = try await storage.stage()
      defer { area.discard() }
      let merged = try await RowRewriter.with(chosen, of: folder, layout: layout, store: self, area: area) {
        try await $0.merging()
      }
      var file = try await publish(merged, like: files[0], in: folder)
      file.addedAt = chosen.map(\.addedAt).max() ?? file.addedAt
      let names = Set(chosen.map(\.name))
      manifest.retire(at: now(), supersededAt: file.addedAt) { names.contains($0.name) }
      manifest.files.append(file)
    }
  }

  /// The smallest files, and all that are no larger than what they come to together.
  static func smallOnes(of files: [RowManifest.File]) -> [RowManifest.File] {
    var chosen: [RowManifest.File] = []
    var rows = 0
    for file in files.sorted(by: { ($0.rowCount, $0.name) < ($1.rowCount, $1.name) }) {
      if chosen.count >= filesPerSlotMax / 2, file.rowCount > rows { break }
      chosen.append(file)
      rows += file.rowCount
    }
    return chosen
  }
}

extension RowManifest.File {
  /// The part of the name that all files of a slot share, with its slash.
  fileprivate var parent: Substring { name.lastIndex(of: "/").map { name[...$0] } ?? "" }
}
