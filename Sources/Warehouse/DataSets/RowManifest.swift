import struct Foundation.Date
import ObjectStorage

/// The files of a folder of `StoredRows`. What it does not list does not exist for a query.
package struct RowManifest: FileManifest, Hashable {
  /// The version of this format.
  static let currentFormat = 2
  static let unsealedFormat = 1
  static let filesNeedAManifest = false
  /// How many batches a manifest remembers. A batch is published again only by a job that was interrupted, which is
  /// taken up at once.
  package static let batchLimit = 1_000

  /// A file with rows.
  package struct File: Codable, Hashable, Sendable {
    /// The file's key below the folder.
    package var name: String
    /// The partition that all its rows are in, counted as by `RowSlot.partition`; nil for rows without a time.
    package var partition: Int?
    /// The UTC day of all its rows, as days since 1970-01-01; nil for rows without a time.
    package var day: Int?
    package var rowCount: Int
    /// How many rows have a user.
    package var matchedRowCount: Int
    package var byteCount: Int
    /// When the rows came: the last of them, where they came in several steps.
    var addedAt: Date
    /// The file's SHA-256 in lower-case hexadecimal; nil for a file that an earlier release wrote.
    package var sha256: String?
  }

  /// A file that is no longer part of the folder, but may still be read by a query that began before, or that asks for
  /// an earlier moment.
  struct RetiredFile: Codable, Hashable, Sendable {
    var file: File
    /// When it was replaced: it stays in the storage for `SignalStore.retirementSeconds` after that.
    var retiredAt: Date
    /// The first moment whose rows are in other files: the one of its replacement, or, where files were only put
    /// together, the one from which the new file has all rows.
    var supersededAt: Date
  }

  /// Rows that came in one step.
  package struct Batch: Codable, Hashable, Sendable {
    /// The id of the batch: an upload's id.
    package var id: String
    package var metrics: UploadMetrics
  }

  var format = currentFormat
  /// Rises by one with every change.
  package internal(set) var generation = 0
  /// The files, ordered by name.
  package internal(set) var files: [File] = []
  var retired: [RetiredFile] = []
  /// The last batches that were taken in, the oldest first.
  package internal(set) var batches: [Batch] = []

  /// A folder without files.
  init() {}

  package var rowCount: Int { files.reduce(0) { $0 + $1.rowCount } }
  package var matchedRowCount: Int { files.reduce(0) { $0 + $1.matchedRowCount } }
  package var byteCount: Int { files.reduce(0) { $0 + $1.byteCount } }

  var keptFiles: [ManifestFile] {
    files.map(\.listed)
      + retired.map { retired in
        var file = retired.file.listed
        file.isCurrent = false
        return file
      }
  }

  mutating func add(_ digests: [String: ObjectDigest]) {
    for index in files.indices {
      guard let digest = digests[files[index].name] else { continue }
      (files[index].byteCount, files[index].sha256) = (digest.byteCount, digest.sha256)
    }
  }

  /// The batch of that id, if it was taken in and is remembered.
  package func batch(id: String) -> Batch? { batches.last { $0.id == id } }

  /// The files that were the folder's at a moment, as far as they are still there; nil for now.
  func files(asOf moment: Date?) -> [File] {
    guard let moment else { return files }
    return files.filter { $0.addedAt <= moment }
      + retired.filter { $0.file.addedAt <= moment && moment < $0.supersededAt }.map(\.file)
  }

  /// Those that can hold rows of these days, both ends included; all of them where `days` is nil. Files without a day
  /// can hold rows of any.
  func files(in days: ClosedRange<Int>?, asOf moment: Date?) -> [File] {
    let files = files(asOf: moment)
    guard let days else { return files }
    return files.filter { file in file.day.map(days.contains) ?? true }
  }

  /// Replaces files, which stay in the storage for a while.
  mutating func retire(at time: Date, supersededAt: Date? = nil, where isRetired: (File) -> Bool) {
    retired += files.filter(isRetired).map {
      RetiredFile(file: $0, retiredAt: time, supersededAt: supersededAt ?? time)
    }
    files.removeAll(where: isRetired)
  }
}

extension RowManifest.File {
  /// The file as every kind of manifest lists it.
  var listed: ManifestFile {
    ManifestFile(name: name, expected: ExpectedObject(byteCount: byteCount, sha256: sha256), day: day)
  }
}
