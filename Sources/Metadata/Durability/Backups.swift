package import Foundation
import GRDB

/// A backup that came to its end.
package struct BackupRecord: IdentifiedRecord {
  package static let databaseTableName = "backup"
  package enum CodingKeys: String, StoredColumn {
    case id, startedAt, finishedAt, objectCount, byteCount, copiedByteCount
  }

  package var id: String
  package var startedAt: Date
  package var finishedAt: Date
  /// The objects of the backup, and their bytes.
  package var objectCount: Int
  package var byteCount: Int
  /// The bytes that had to be copied, because no earlier backup had them.
  package var copiedByteCount: Int

  package init(
    id: String, startedAt: Date, finishedAt: Date, objectCount: Int, byteCount: Int, copiedByteCount: Int
  ) {
    (self.id, self.startedAt, self.finishedAt) = (id, startedAt, finishedAt)
    (self.objectCount, self.byteCount, self.copiedByteCount) = (objectCount, byteCount, copiedByteCount)
  }
}

extension MetadataReading {
  /// The backup that ended last; nil where there was none.
  package func lastBackup() throws -> BackupRecord? {
    try BackupRecord.order { $0.finishedAt.desc }.fetchOne(database)
  }
}
