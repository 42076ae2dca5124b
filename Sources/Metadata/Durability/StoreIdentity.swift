package import Foundation
import GRDB

/// The identity of a store, which its object storage names as well, so that neither is used with another one's.
package struct StoreIdentityRecord: StoredRecord {
  package static let databaseTableName = "storeIdentity"
  package enum CodingKeys: String, StoredColumn { case id, probedAt }

  package var id: String
  /// When somebody last tried whether the store can be written.
  package var probedAt: Date?
}

extension MetadataReading {
  /// The store's own identity.
  ///
  /// - Throws: `MetadataError.corrupted` if it has none.
  package func storeIdentity() throws -> StoreIdentityRecord {
    guard let record = try StoreIdentityRecord.fetchOne(database) else { throw MetadataError.corrupted }
    return record
  }

  /// Whether there is any instance, or one that is being removed.
  package func knowsInstances() throws -> Bool {
    try InstanceRecord.limit(1).fetchCount(database) + InstanceRemovalRecord.limit(1).fetchCount(database) > 0
  }
}

extension WriteTransaction {
  /// Writes a time, to find out whether the store can be written.
  package func probe(at now: Date) throws {
    var record = try storeIdentity()
    record.probedAt = now
    try update(record)
  }
}
