import GRDB
package import struct Foundation.Date

/// That somebody has administered something. Records are added and read; the store refuses to change or delete one.
package struct AuditRecord: Sendable, Hashable {
  /// Who did it.
  package enum Actor: String, Sendable, Hashable, Codable, CaseIterable {
    /// Somebody at the machine itself, with `adyton admin`.
    case operatorAtMachine = "OPERATOR"
    case user = "USER"
    /// An application of the operator's own.
    case client = "CLIENT"
  }

  /// The place in the order of events; nil before the insert.
  package var sequence: Int64?
  package var happenedAt: Date
  package var actor: Actor
  /// The user's or client's id; nil for the operator.
  package var actorID: String?
  /// The account that it concerns; nil where it concerns none.
  package var accountID: String?
  /// What was done, such as `instance.create`: a verb of the program, never a value of a request.
  package var action: String
  /// The id of what it was done to.
  package var subjectID: String
  /// A JSON object of names and values that say more; never a secret, never an identifier of a person.
  package var details: String

  package init(
    happenedAt: Date, actor: Actor, actorID: String?, accountID: String?, action: String, subjectID: String,
    details: String = "{}"
  ) {
    self.happenedAt = happenedAt
    self.actor = actor
    self.actorID = actorID
    self.accountID = accountID
    self.action = action
    self.subjectID = subjectID
    self.details = details
  }
}

extension AuditRecord: StoredRecord {
  package static let databaseTableName = "audit"
}

extension MetadataReading {
  /// What was done after `sequence`, oldest first, at most `limit`; of one account, where one is given.
  package func auditRecords(accountID: String?, after sequence: Int64, limit: Int) throws -> [AuditRecord] {
    try AuditRecord.fetchAll(
      database,
      sql: "SELECT * FROM audit WHERE (? IS NULL OR accountID = ?) AND sequence > ? ORDER BY sequence LIMIT ?",
      arguments: [accountID, accountID, sequence, limit])
  }
}

extension WriteTransaction {
  /// Adds to the audit log, in the transaction that does what is recorded.
  package func insert(_ record: AuditRecord) throws {
    try record.insert(database)
  }
}

extension Migrations {
  /// No foreign keys: the log outlives what it speaks of.
  static let auditLog = """
    CREATE TABLE audit (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      happenedAt INTEGER NOT NULL,
      actor TEXT NOT NULL,
      actorID TEXT,
      accountID TEXT,
      action TEXT NOT NULL,
      subjectID TEXT NOT NULL,
      details TEXT NOT NULL) STRICT;
    CREATE INDEX auditByAccount ON audit (accountID, sequence);
    CREATE TRIGGER auditIsNotChanged BEFORE UPDATE ON audit
      BEGIN SELECT RAISE(ABORT, 'the audit log cannot be changed'); END;
    CREATE TRIGGER auditIsNotDeleted BEFORE DELETE ON audit
      BEGIN SELECT RAISE(ABORT, 'the audit log cannot be changed'); END;
    -- INSERT OR REPLACE deletes without the trigger above.
    CREATE TRIGGER auditIsNotReplaced BEFORE INSERT ON audit
      WHEN EXISTS (SELECT 1 FROM audit WHERE sequence = NEW.sequence)
      BEGIN SELECT RAISE(ABORT, 'the audit log cannot be changed'); END;
    """
}
