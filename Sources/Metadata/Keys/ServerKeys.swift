package import struct Foundation.Data
package import struct Foundation.Date
import GRDB

/// A key that the server made for itself.
package struct ServerKeyRecord: StoredRecord {
  package static let databaseTableName = "serverKey"
  package enum CodingKeys: String, StoredColumn { case name, value, createdAt }

  package enum Name: String, StoredChoice {
    /// Signs the URLs that results are downloaded from.
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

extension WriteTransaction {
  /// The key of that name; `candidate` becomes it when there is none yet.
  package func serverKey(_ name: ServerKeyRecord.Name, orInsert candidate: Data, at time: Date) throws -> Data {
    if let known = try ServerKeyRecord.fetchOne(database, key: name) { return known.value }
    try insert(ServerKeyRecord(name: name, value: candidate, createdAt: time))
    return candidate
  }
}
