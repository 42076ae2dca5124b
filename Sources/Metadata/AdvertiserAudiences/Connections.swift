package import struct Foundation.Date
import GRDB

extension MetadataReading {
  /// The client's connection of that id, or nil.
  package func connection(id: String, clientID: String) throws -> ConnectionRecord? {
    try ConnectionRecord.filter(Column("clientID") == clientID && Column("id") == id).fetchOne(database)
  }

  /// The connection that stands in where the client names none, or nil.
  package func defaultConnection(clientID: String) throws -> ConnectionRecord? {
    try ConnectionRecord.filter(Column("clientID") == clientID && Column("isDefault") == true).fetchOne(database)
  }

  /// The client's connections, oldest first, at most `limit`.
  package func connections(clientID: String, limit: Int) throws -> [ConnectionRecord] {
    try ConnectionRecord.filter(Column("clientID") == clientID).order(Column("sequence")).limit(limit)
      .fetchAll(database)
  }
}

extension WriteTransaction {
  package func insert(_ connection: ConnectionRecord) throws {
    try connection.insert(database)
  }

  /// From now on the client has no default connection.
  package func clearDefaultConnection(clientID: String, at now: Date) throws {
    try database.execute(
      sql: "UPDATE connection SET isDefault = 0, updatedAt = ? WHERE clientID = ? AND isDefault = 1",
      arguments: [now.databaseMilliseconds, clientID])
  }

  /// Makes the client's oldest connection the default, if there is one.
  package func makeOldestConnectionDefault(clientID: String, at now: Date) throws {
    try database.execute(
      sql: """
        UPDATE connection SET isDefault = 1, updatedAt = ?
        WHERE sequence = (SELECT MIN(sequence) FROM connection WHERE clientID = ?)
        """, arguments: [now.databaseMilliseconds, clientID])
  }

  /// Removes a connection of the client.
  package func deleteConnection(id: String, clientID: String) throws {
    try ConnectionRecord.filter(Column("clientID") == clientID && Column("id") == id).deleteAll(database)
  }

  /// Removes all connections of the client.
  package func deleteConnections(clientID: String) throws {
    try ConnectionRecord.filter(Column("clientID") == clientID).deleteAll(database)
  }
}
