package import struct Foundation.Date
import GRDB

/// A client's mapping of a clean room and a DSP advertiser, one of which may be missing. It says where audience members
/// go.
package struct ConnectionRecord: ChangingRecord {
  package static let databaseTableName = "connection"
  package enum CodingKeys: String, StoredColumn {
    case sequence, id, clientID, accountID, instanceID, dspAdvertiserID, dspProfileID, dspInstanceID, isDefault
    case createdAt, updatedAt
  }

  package var sequence: Int64?
  /// Unique among those of the client, which may choose it.
  package var id: String
  package var clientID: String
  package var accountID: String?
  package var instanceID: String?
  package var dspAdvertiserID: String?
  package var dspProfileID: String?
  /// The instance that the DSP advertiser belongs to; set if the advertiser is.
  package var dspInstanceID: String?
  package var isDefault: Bool
  package var createdAt: Date
  package var updatedAt: Date

  package init(id: String, clientID: String, isDefault: Bool, createdAt: Date) {
    (self.id, self.clientID, self.isDefault) = (id, clientID, isDefault)
    (self.createdAt, updatedAt) = (createdAt, createdAt)
  }
}

extension MetadataReading {
  /// The client's connection with the id, or nil.
  package func connection(id: String, clientID: String) throws -> ConnectionRecord? {
    try ConnectionRecord.fetchOne(database, key: ["clientID": clientID, "id": id])
  }

  /// The connection that is used if the client names none, or nil.
  package func defaultConnection(clientID: String) throws -> ConnectionRecord? {
    try ConnectionRecord.filter { $0.clientID == clientID && $0.isDefault == true }.fetchOne(database)
  }

  /// The client's connections, oldest first, at most `limit`.
  package func connections(clientID: String, limit: Int) throws -> [ConnectionRecord] {
    try ConnectionRecord.filter { $0.clientID == clientID }.order { $0.sequence }.limit(limit).fetchAll(database)
  }
}

extension WriteTransaction {
  /// Removes the client's default connection.
  package func clearDefaultConnection(clientID: String, at now: Date) throws {
    _ = try ConnectionRecord.filter { $0.clientID == clientID && $0.isDefault == true }.updateAll(database) {
      [$0.isDefault.set(to: false), $0.updatedAt.set(to: now.databaseMilliseconds)]
    }
  }

  /// Makes the client's oldest connection the default, if there is one.
  package func makeOldestConnectionDefault(clientID: String, at now: Date) throws {
    guard var oldest = try connections(clientID: clientID, limit: 1).first else { return }
    (oldest.isDefault, oldest.updatedAt) = (true, now)
    try update(oldest)
  }

  /// Removes a connection of the client.
  package func deleteConnection(id: String, clientID: String) throws {
    try ConnectionRecord.deleteOne(database, key: ["clientID": clientID, "id": id])
  }
}
