package import struct Foundation.Date
import GRDB

/// A line item of Amazon DSP, which its newer API calls an ad group: here for the audiences that it uses.
package struct LineItemRecord: IdentifiedRecord {
  package static let databaseTableName = "lineItem"
  package enum CodingKeys: String, StoredColumn {
    case sequence, id, accountID, advertiserID, name, campaignID, state, definition, createdAt, updatedAt
  }

  package enum State: String, StoredChoice {
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

  package init(id: String, accountID: String, advertiserID: String, name: String, createdAt: Date) {
    (self.id, self.accountID, self.advertiserID) = (id, accountID, advertiserID)
    (self.name, self.createdAt, updatedAt) = (name, createdAt, createdAt)
  }
}

/// The use of an audience by a line item, now or in the past. One that is added again after it was removed is used anew.
package struct LineItemAudienceRecord: StoredRecord {
  package static let databaseTableName = "lineItemAudience"
  package enum CodingKeys: String, StoredColumn {
    case lineItemID, canonicalID, targetID, definition, addedAt, removedAt
  }

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
    (self.lineItemID, self.canonicalID, self.addedAt) = (lineItemID, canonicalID, addedAt)
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

extension MetadataReading {
  /// How line items have used the audience of that canonical id.
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

  /// How many line items an advertiser of the account has.
  package func lineItemCount(accountID: String, advertiserID: String) throws -> Int {
    try LineItemRecord.filter { $0.accountID == accountID && $0.advertiserID == advertiserID }.fetchCount(database)
  }

  /// The use of an audience by a line item, now or in the past; nil for none.
  package func use(lineItemID: String, canonicalID: String) throws -> LineItemAudienceRecord? {
    try LineItemAudienceRecord.fetchOne(database, key: ["lineItemID": lineItemID, "canonicalID": canonicalID])
  }

  /// The use that a target stands for and that has not ended, or nil.
  package func currentUse(targetID: String) throws -> LineItemAudienceRecord? {
    try LineItemAudienceRecord.filter { $0.targetID == targetID && $0.removedAt == nil }.fetchOne(database)
  }

  /// The uses of an advertiser's line items that have not ended and have a target, by line item and audience.
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
