package import ObjectStorage

/// A list of the files that count in a folder.
protocol FileManifest: Codable, Sendable {
  /// The version of the format that is written now.
  static var currentFormat: Int { get }
  /// The version of the format of the release before, whose manifests have neither a seal nor checksums. It can still
  /// be read.
  static var unsealedFormat: Int { get }
  /// Whether data files without a manifest are damage although no ledger knows of one. They are not where earlier
  /// releases wrote the files of a first upload before its manifest.
  static var filesNeedAManifest: Bool { get }

  /// The version of the format that it was written in.
  var format: Int { get set }
  /// Rises by one with every change.
  var generation: Int { get set }
  /// All files that have to stay: those that are part of the folder, and those that may still be read by work which
  /// began before they were replaced.
  var keptFiles: [ManifestFile] { get }

  /// Notes length and checksum of files that are part of the folder, by their names.
  mutating func add(_ digests: [String: ObjectDigest])

  /// A folder without files.
  init()
}

/// A file as a manifest lists it.
package struct ManifestFile: Sendable, Hashable {
  /// The file's key below the folder.
  package var name: String
  /// Length and checksum, as far as the manifest knows them.
  package var expected: ExpectedObject
  /// The UTC day of all its rows, as days since 1970-01-01; nil for rows of no day.
  package var day: Int?
  /// Whether the file is part of the folder; false for one that was replaced.
  package var isCurrent = true
}
