import GRDB
package import struct Foundation.Date

/// A line item of Amazon DSP, which its newer API calls an ad group: here for the audiences that it uses.
package struct LineItemRecord: Sendable, Hashable {
  package enum State: String, Sendable, Hashable, Codable, CaseIterable {
    case enabled = "ENABLED"
    case paused = "PAUSED"
  }

  /// The place in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var id: String
  package var accountID: String
  /// The DISPLAY advertiser whose line item it is.
  package var advertiserID: String
  package var name: String
  /// The client's own; there are no DSP campaigns here.
  package var campaignID = ""
  package var state: State = .paused
  /// A JSON object as the client sent it.
  package var definition = "{}"
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

/// That a line item uses an audience, or has used it. One that is added again after it was removed is used anew.
package struct LineItemAudienceRecord: Sendable, Hashable {
  package var lineItemID: String
  /// The id that the account knows the audience by: the canonical id of an audience that was queried.
  package var canonicalID: String
  /// The id of the target by which the line item uses the audience; nil where none was made.
  package var targetID: String?
  /// The target: a JSON object as the client sent it.
  package var definition = "{}"
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

extension Migrations {
  /// Uses outlive their line items: how long ago an audience was used decides how often it is refreshed.
  static let lineItems = """
    CREATE TABLE lineItem (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      accountID TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      advertiserID TEXT NOT NULL,
      name TEXT NOT NULL,
      campaignID TEXT NOT NULL,
      state TEXT NOT NULL,
      definition TEXT NOT NULL,
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL) STRICT;
    CREATE INDEX lineItemByAccount ON lineItem (accountID, advertiserID, sequence);
    CREATE TABLE lineItemAudience (
      lineItemID TEXT NOT NULL,
      canonicalID TEXT NOT NULL,
      targetID TEXT UNIQUE,
      definition TEXT NOT NULL,
      addedAt INTEGER NOT NULL,
      removedAt INTEGER,
      PRIMARY KEY (lineItemID, canonicalID)) STRICT;
    CREATE INDEX lineItemAudienceByAudience ON lineItemAudience (canonicalID);
    """
}
