import GRDB

extension MetadataReading {
  /// The client of that id, or nil. It may have been deleted.
  package func client(id: String) throws -> ClientRecord? {
    try ClientRecord.fetchOne(database, key: id)
  }

  /// The client of that company, whatever the case of its letters, or nil.
  package func client(company: String) throws -> ClientRecord? {
    try ClientRecord.fetchOne(
      database, sql: "SELECT * FROM client WHERE company = ? COLLATE NOCASE AND deletedAt IS NULL",
      arguments: [company])
  }

  /// The clients that have not been deleted, oldest first.
  package func clients() throws -> [ClientRecord] {
    try ClientRecord.fetchAll(database, sql: "SELECT * FROM client WHERE deletedAt IS NULL ORDER BY createdAt, id")
  }

  /// Where the client may have users sent back to, in order.
  package func returnURLs(clientID: String) throws -> [String] {
    try String.fetchAll(
      database, sql: "SELECT url FROM returnURL WHERE clientID = ? ORDER BY url", arguments: [clientID])
  }
}

extension WriteTransaction {
  package func insert(_ client: ClientRecord) throws {
    try client.insert(database)
  }

  /// Writes all of the client. Throws `MetadataError.corrupted` when there is none.
  package func update(_ client: ClientRecord) throws {
    do { try client.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }

  /// From now on the client may have users sent back to these addresses and to no others.
  package func setReturnURLs(_ urls: Set<String>, clientID: String) throws {
    try database.execute(sql: "DELETE FROM returnURL WHERE clientID = ?", arguments: [clientID])
    for url in urls { try ReturnURLRecord(clientID: clientID, url: url).insert(database) }
  }
}
