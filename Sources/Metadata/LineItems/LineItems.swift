package import struct Foundation.Date
import GRDB

/// A line item of Amazon DSP, which its newer API calls an ad group, stored for the audiences that it uses.
package struct LineItemRecord: IdentifiedRecord {
  package static let databaseTableName = "lineItem"
  package enum CodingKeys: String, StoredColumn {
    case sequence, id, accountID, advertiserID, name, campaignID, state, definition, createdAt, updatedAt
  }

  package enum State: String, StoredChoice {
    case enabled = "ENABLED"
    case paused = "PAUSED"
  }

  /// The position in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var id: String
  package var accountID: String
  /// The DISPLAY advertiser that the line item belongs to.
  package var advertiserID: String
  package var name: String
  /// The client's own value; there are no DSP campaigns here.
  package var campaignID = ""
  package var state: State = .paused
  /// A JSON object as the client sent it.
  package var definition = "{}"
  package var createdAt: Date
  package var updatedAt: Date

  package init(id: String, accountID: String, advertiserID: String, name: String, createdAt: Date) {
    (self.id, self.accountID, self.advertiserID) = (id, accountID, advertiserID)
    (self.name, self.createdAt, updatedAt) = (name, createdAt, createdAt)
  }
}

/// The present or past use of an audience by a line item. An audience that is removed and added again has a new use.
package struct LineItemAudienceRecord: StoredRecord {
  package static let databaseTableName = "lineItemAudience"
  package enum CodingKeys: String, StoredColumn {
    case lineItemID, canonicalID, targetID, definition, addedAt, removedAt
  }

  package var lineItemID: String
  /// The audience's id in the account: the canonical id of an audience.
  package var canonicalID: String
  /// The id of the target by which the line item uses the audience; nil if none was made.
  package var targetID: String?
  /// The target: a JSON object as the client sent it.
  package var definition = "{}"
  package var addedAt: Date
  /// The end of the use; nil while it lasts.
  package var removedAt: Date?

  package init(lineItemID: String, canonicalID: String, addedAt: Date) {
    (self.lineItemID, self.canonicalID, self.addedAt) = (lineItemID, canonicalID, addedAt)
  }
}

/// The use of an audience by line items.
package enum LineItemUse: Sendable, Hashable {
  /// No line item has used it.
  case never
  case now
  /// No line item uses it any more; the last use ended at the time.
  case until(Date)
}

extension MetadataReading {
  /// The use of the audience with the canonical id by line items.
  package func lineItemUse(canonicalID: String) throws -> LineItemUse {
    let uses = try LineItemAudienceRecord.filter { $0.canonicalID == canonicalID }.fetchAll(database)
    if uses.contains(where: { $0.removedAt == nil }) { return .now }
    return uses.compactMap(\.removedAt).max().map { .until($0) } ?? .never
  }

  /// The line items of an advertiser of the account, oldest first.
  package func lineItems(accountID: String, advertiserID: String) throws -> [LineItemRecord] {
    try LineItemRecord.filter { $0.accountID == accountID && $0.advertiserID == advertiserID }.order { $0.sequence }
      .fetchAll(database)
  }

  /// The number of line items of an advertiser of the account.
  package func lineItemCount(accountID: String, advertiserID: String) throws -> Int {
    try LineItemRecord.filter { $0.accountID == accountID && $0.advertiserID == advertiserID }.fetchCount(database)
  }

  /// The present or past use of an audience by a line item, or nil.
  package func use(lineItemID: String, canonicalID: String) throws -> LineItemAudienceRecord? {
    try LineItemAudienceRecord.fetchOne(database, key: ["lineItemID": lineItemID, "canonicalID": canonicalID])
  }

  /// The present use behind a target, or nil.
  package func currentUse(targetID: String) throws -> LineItemAudienceRecord? {
    try LineItemAudienceRecord.filter { $0.targetID == targetID && $0.removedAt == nil }.fetchOne(database)
  }

  /// The present uses, with a target, by an advertiser's line items, by line item and audience.
  package func currentUses(accountID: String, advertiserID: String) throws -> [LineItemAudienceRecord] {
    try LineItemAudienceRecord.fetchAll(
      database,
      sql: """
        SELECT lineItemAudience.* FROM lineItemAudience JOIN lineItem ON lineItem.id = lineItemAudience.lineItemID
        WHERE lineItem.accountID = ? AND lineItem.advertiserID = ? AND removedAt IS NULL AND targetID IS NOT NULL
        ORDER BY lineItem.sequence, canonicalID
        """, arguments: [accountID, advertiserID])
  }
}
