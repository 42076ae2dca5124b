import struct Foundation.Date
import ObjectStorage

/// The files of a table. What it does not list does not exist for a query.
public struct SignalManifest: FileManifest, Hashable {
  /// The version of this format.
  static let currentFormat = 2
  static let unsealedFormat = 1
  static let filesNeedAManifest = true

  /// A file with rows.
  public struct File: Codable, Hashable, Sendable {
    /// The file's key below the table's prefix.
    public var name: String
    /// The UTC day of all its rows, as days since 1970-01-01; nil in tables without an event time.
    public var day: Int?
    /// How many rows it has.
    public var rowCount: Int
    /// Its length.
    public var byteCount: Int
    /// Its SHA-256 in lower-case hexadecimal; nil for a file that an earlier release wrote.
    public var sha256: String?
  }

  /// A file that is no longer part of the table, but may still be read by a query that began before.
  struct RetiredFile: Codable, Hashable, Sendable {
    var name: String
    var retiredAt: Date
  }

  /// The version of the format that it was written in.
  var format = currentFormat
  /// Rises by one with every change.
  public internal(set) var generation = 0
  /// The files, ordered by name.
  public internal(set) var files: [File] = []
  var retired: [RetiredFile] = []

  /// A table without files.
  init() {}

  var keptFiles: [ManifestFile] {
    files.map(\.listed)
      + retired.map {
        ManifestFile(name: $0.name, expected: ExpectedObject(byteCount: nil, sha256: nil), isCurrent: false)
      }
  }

  mutating func add(_ digests: [String: ObjectDigest]) {
    for index in files.indices {
      guard let digest = digests[files[index].name] else { continue }
      (files[index].byteCount, files[index].sha256) = (digest.byteCount, digest.sha256)
    }
  }

  /// The rows of all files.
  public var rowCount: Int { files.reduce(0) { $0 + $1.rowCount } }

  /// The bytes of all files.
  public var byteCount: Int { files.reduce(0) { $0 + $1.byteCount } }

  /// The files that can hold rows of these days, both ends included; all files where `days` is nil. Files without a
  /// day can hold rows of any.
  public func files(in days: ClosedRange<Int>?) -> [File] {
    guard let days else { return files }
    return files.filter { file in file.day.map(days.contains) ?? true }
  }
}

extension SignalManifest.File {
  /// The file as every kind of manifest lists it.
  var listed: ManifestFile {
    ManifestFile(name: name, expected: ExpectedObject(byteCount: byteCount, sha256: sha256), day: day)
  }
}
