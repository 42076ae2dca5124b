package import struct Foundation.Data
package import struct Foundation.Date
import GRDB

/// A key that the server made for itself.
package struct ServerKeyRecord: StoredRecord {
  package static let databaseTableName = "serverKey"
  package enum CodingKeys: String, StoredColumn { case name, value, createdAt }

  package enum Name: String, StoredChoice {
    /// The key that signs URLs of results.
    case downloads
    /// The key that seals the tokens that continue a list.
    case pages
    /// The key that seals the forms of the sign-in pages.
    case forms
  }

  package var name: Name
  package var value: Data
  package var createdAt: Date
}

/// A key that was replaced. What it signed or sealed before is valid until its own time runs out.
package struct RetiredServerKeyRecord: StoredRecord {
  package static let databaseTableName = "retiredServerKey"
  package enum CodingKeys: String, StoredColumn { case sequence, name, value, retiredAt, validUntil }

  /// The position in the order of retirement; nil before the insert.
  package var sequence: Int64?
  package var name: ServerKeyRecord.Name
  package var value: Data
  package var retiredAt: Date
  /// From then on nothing that the key signed is valid.
  package var validUntil: Date
}

extension MetadataReading {
  /// All present keys.
  package func serverKeys() throws -> [ServerKeyRecord] { try ServerKeyRecord.order { $0.name }.fetchAll(database) }

  /// The replaced keys that were valid after `time`, the last replaced first.
  package func retiredServerKeys(validAfter time: Date) throws -> [RetiredServerKeyRecord] {
    try RetiredServerKeyRecord.filter { $0.validUntil > time.databaseMilliseconds }.order { $0.sequence.desc }
      .fetchAll(database)
  }
}

extension WriteTransaction {
  /// Puts a new key in place of the present one, if any, and forgets those that are no longer valid.
  ///
  /// - Parameter lifetimeSeconds: The time for which the replaced key is good for checking; with 0, all keys that were
  ///   ever replaced end now.
  package func rotateServerKey(
    _ name: ServerKeyRecord.Name, to candidate: Data, keepingOldFor lifetimeSeconds: Double, at now: Date
  ) throws {
    try RetiredServerKeyRecord.filter { $0.validUntil <= now.databaseMilliseconds }.deleteAll(database)
    if lifetimeSeconds <= 0 { try RetiredServerKeyRecord.filter { $0.name == name }.deleteAll(database) }
    if lifetimeSeconds > 0, let old = try ServerKeyRecord.fetchOne(database, key: name) {
      try insert(
        RetiredServerKeyRecord(
          name: name, value: old.value, retiredAt: now, validUntil: now.addingTimeInterval(lifetimeSeconds)))
    }
    try save(ServerKeyRecord(name: name, value: candidate, createdAt: now))
  }

  /// The key with the name; `candidate` becomes the key if there is none yet.
  package func serverKey(_ name: ServerKeyRecord.Name, orInsert candidate: Data, at time: Date) throws -> Data {
    if let known = try ServerKeyRecord.fetchOne(database, key: name) { return known.value }
    try insert(ServerKeyRecord(name: name, value: candidate, createdAt: time))
    return candidate
  }
}
