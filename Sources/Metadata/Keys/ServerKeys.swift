package import struct Foundation.Data
package import struct Foundation.Date
import GRDB

/// A key that the server made for itself.
package struct ServerKeyRecord: Sendable, Hashable {
  package enum Name: String, Sendable, Hashable, Codable, CaseIterable {
    /// Signs the addresses that results are downloaded from.
    case downloads
    /// Seals the tokens that continue a list.
    case pages
    /// Seals the forms of the sign-in pages.
    case forms
  }

  package var name: Name
  package var value: Data
  package var createdAt: Date
}

extension ServerKeyRecord: StoredRecord {
  package static let databaseTableName = "serverKey"
}

extension WriteTransaction {
  /// The key of that name; `candidate` becomes it when there is none yet.
  package func serverKey(_ name: ServerKeyRecord.Name, orInsert candidate: Data, at time: Date) throws -> Data {
    if let known = try ServerKeyRecord.fetchOne(database, key: name.rawValue) { return known.value }
    try ServerKeyRecord(name: name, value: candidate, createdAt: time).insert(database)
    return candidate
  }
}
