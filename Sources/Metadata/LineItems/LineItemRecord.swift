import GRDB
package import struct Foundation.Date

/// A line item of Amazon DSP: here for the audiences that it uses.
package struct LineItemRecord: Sendable, Hashable {
  /// The place in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var id: String
  package var accountID: String
  /// The DISPLAY advertiser whose line item it is.
  package var advertiserID: String
  package var name: String
  package var createdAt: Date
  package var updatedAt: Date

  package init(
    id: String, accountID: String, advertiserID: String, name: String, createdAt: Date
  ) {
    self.id = id
    self.accountID = accountID
    self.advertiserID = advertiserID
    self.name = name
    self.createdAt = createdAt
    self.updatedAt = createdAt
  }
}

/// That a line item uses an audience, or has used it.
package struct LineItemAudienceRecord: Sendable, Hashable {
  package var lineItemID: String
  /// The id that the account knows the audience by: the canonical id of an audience that was queried.
  package var canonicalID: String
  package var addedAt: Date
  /// nil while it uses the audience.
  package var removedAt: Date?

  package init(lineItemID: String, canonicalID: String, addedAt: Date) {
    self.lineItemID = lineItemID
    self.canonicalID = canonicalID
    self.addedAt = addedAt
  }
}

/// How line items have used an audience.
package enum LineItemUse: Sendable, Hashable {
  /// No line item ever did.
  case never
  case now
  /// None does any more; the last one ended at that time.
  case until(Date)
}

extension LineItemRecord: StoredRecord {
  package static let databaseTableName = "lineItem"
}

extension LineItemAudienceRecord: StoredRecord {
  package static let databaseTableName = "lineItemAudience"
}

extension MetadataReading {
  /// How line items have used the audience of that canonical id.
  package func lineItemUse(canonicalID: String) throws -> LineItemUse {
    let uses = try LineItemAudienceRecord.filter(Column("canonicalID") == canonicalID).fetchAll(database)
    if uses.contains(where: { $0.removedAt == nil }) { return .now }
    return uses.compactMap(\.removedAt).max().map { .until($0) } ?? .never
  }
}

extension WriteTransaction {
  package func insert(_ lineItem: LineItemRecord) throws {
    try lineItem.insert(database)
  }

  /// Notes that the line item uses the audience from now on.
  package func save(_ use: LineItemAudienceRecord) throws {
    try use.save(database)
  }
}

extension Migrations {
  /// Uses outlive their line items: how long ago an audience was used decides how often it is refreshed.
  static let lineItems = """
    CREATE TABLE lineItem (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      accountID TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      advertiserID TEXT NOT NULL,
      name TEXT NOT NULL,
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL) STRICT;
    CREATE INDEX lineItemByAccount ON lineItem (accountID, advertiserID, sequence);
    CREATE TABLE lineItemAudience (
      lineItemID TEXT NOT NULL,
      canonicalID TEXT NOT NULL,
      addedAt INTEGER NOT NULL,
      removedAt INTEGER,
      PRIMARY KEY (lineItemID, canonicalID)) STRICT;
    CREATE INDEX lineItemAudienceByAudience ON lineItemAudience (canonicalID);
    """
}
