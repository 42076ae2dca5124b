import GRDB

extension MetadataReading {
  /// Every instance, whosever it is, by id: for the operator, never for a client.
  package func allInstances(limit: Int) throws -> [InstanceRecord] {
    try InstanceRecord.fetchAll(database, sql: "SELECT * FROM instance ORDER BY id LIMIT ?", arguments: [limit])
  }

  /// Every account, by id: for the operator, never for a client.
  package func allAccounts() throws -> [AccountRecord] {
    try AccountRecord.fetchAll(database, sql: "SELECT * FROM account ORDER BY id")
  }
}
