import GRDB

extension Migrations {
  /// The id of the store, which its objects name as well; how often each manifest was changed; retired keys; backups.
  static let durability = """
    CREATE TABLE storeIdentity (
      id TEXT PRIMARY KEY,
      probedAt INTEGER) STRICT;
    INSERT INTO storeIdentity (id) VALUES (lower(hex(randomblob(16))));

    CREATE TABLE objectGeneration (
      key TEXT PRIMARY KEY,
      instanceID TEXT REFERENCES instance ON DELETE CASCADE,
      generation INTEGER NOT NULL) STRICT;
    CREATE INDEX objectGenerationByInstance ON objectGeneration (instanceID);

    CREATE TABLE retiredServerKey (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      value BLOB NOT NULL,
      retiredAt INTEGER NOT NULL,
      validUntil INTEGER NOT NULL) STRICT;

    CREATE TABLE backup (
      id TEXT PRIMARY KEY,
      startedAt INTEGER NOT NULL,
      finishedAt INTEGER NOT NULL,
      objectCount INTEGER NOT NULL,
      byteCount INTEGER NOT NULL,
      copiedByteCount INTEGER NOT NULL) STRICT;
    CREATE INDEX backupByEnd ON backup (finishedAt);
    """

  /// Gives the records of the audit log their hashes, those that are there already as well.
  static func chainAuditLog(_ database: Database) throws {
    try database.execute(
      sql: """
        ALTER TABLE audit ADD COLUMN chain BLOB;
        DROP TRIGGER auditIsNotChanged;
        """)
    var last = AuditChain.start
    let rows = try Row.fetchAll(database, sql: "SELECT \(AuditChain.Content.columns) FROM audit ORDER BY sequence")
    for content in rows.map(AuditChain.Content.init) {
      last = AuditChain.hash(of: content, after: last)
      try database.execute(sql: "UPDATE audit SET chain = ? WHERE sequence = ?", arguments: [last, content.sequence])
    }
    try database.execute(
      sql: """
        CREATE TRIGGER auditIsNotChanged BEFORE UPDATE ON audit
          BEGIN SELECT RAISE(ABORT, 'the audit log cannot be changed'); END;
        """)
  }
}
