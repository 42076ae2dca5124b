package import Foundation
package import Metadata
package import ObjectStorage

/// A backup: everything that a server had at one moment, by content.
package struct BackupManifest: Codable, Sendable, Hashable {
  /// The version of this format.
  static let currentFormat = 1

  /// An object, or a file of the data folder.
  package struct Entry: Codable, Sendable, Hashable {
    /// The object's key, or the file's path below the data folder.
    package var name: String
    package var digest: ObjectDigest
  }

  var format = currentFormat
  /// The backup's id: its number and its time. Their order is that of the backups.
  package var id: String
  /// The id of the store that it is of.
  package var storeID: String
  package var startedAt: Date
  package var finishedAt: Date
  /// The store itself.
  package var metadata: ObjectDigest
  /// The end of the audit log.
  package var auditHead: AuditChain.Head
  /// The objects of the object storage, by name.
  package var objects: [Entry]
  /// Files of the data folder that stand for customers' buckets, and the credentials of the quickstart, by name.
  package var files: [Entry]
  /// Objects that were damaged or missing, which the backup is without.
  package var damaged: [String]

  /// The bytes of all that the backup has.
  package var byteCount: Int {
    (objects + files).reduce(metadata.byteCount) { $0 + $1.digest.byteCount }
  }

  /// The digests of all that the backup needs.
  var digests: Set<ObjectDigest> { Set((objects + files).map(\.digest)) }
}

/// A backup in a list.
package struct BackupSummary: Sendable, Hashable {
  package var id: String
  /// The object with its manifest, whose name has the SHA-256 of its content.
  package var manifestKey: ObjectKey
}

/// The reason why a backup or its restoration can't go on.
package enum BackupError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The folder or bucket has something else than backups.
  case notARepository
  /// The backups there are of another server.
  case otherServer
  /// There is no backup, or none of that id.
  case unknownBackup(id: String?)
  /// The backup's own list, or one of its files, is not what was written.
  case damagedBackup(id: String, name: String)
  /// Objects of the server are damaged or missing.
  case damagedObjects([ObjectDamage])
  /// The place to restore to has something in it.
  case notEmpty
  /// The restored object is not the one that the backup has.
  case notRestored(name: String)

  /// The stable name of the failure.
  package var code: String {
    switch self {
    case .notARepository: "backup_not_a_repository"
    case .otherServer: "backup_other_server"
    case .unknownBackup: "backup_unknown"
    case .damagedBackup: "backup_damaged"
    case .damagedObjects: "backup_damaged_objects"
    case .notEmpty: "restore_not_empty"
    case .notRestored: "restore_failed"
    }
  }

  /// The problem, and what to do about it.
  package var description: String {
    switch self {
    case .notARepository:
      "\(code): The destination has files that are no backups. Name an empty folder or prefix."
    case .otherServer:
      "\(code): The destination has the backups of another server. Each server needs a destination of its own."
    case .unknownBackup(let id):
      id.map { "\(code): There is no backup `\($0)` here; --list shows those that there are." }
        ?? "\(code): There is no backup here."
    case .damagedBackup(let id, let name):
      """
      \(code): The backup \(id) is damaged: \(name) is missing or not what was written. Choose another one with \
      --backup.
      """
    case .damagedObjects(let damages):
      """
      \(code): \(damages.count == 1 ? "An object is" : "\(damages.count) objects are") damaged or missing, so that the \
      backup was not finished:
      \(damages.map { "  \($0.key): \($0.fault.rawValue)" }.joined(separator: "\n"))
      `adyton verify` says what to do. --allow-damaged makes a backup without them.
      """
    case .notEmpty:
      "\(code): There is a server's data already. Restore into an empty data folder and, on S3, an empty prefix."
    case .notRestored(let name):
      "\(code): \(name) could not be read back as it was written. The disk or the storage may be faulty."
    }
  }
}
