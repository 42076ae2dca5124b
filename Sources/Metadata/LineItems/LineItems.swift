import GRDB

extension MetadataReading {
  /// How line items have used the audience of that canonical id.
  package func lineItemUse(canonicalID: String) throws -> LineItemUse {
    let uses = try LineItemAudienceRecord.filter(Column("canonicalID") == canonicalID).fetchAll(database)
    if uses.contains(where: { $0.removedAt == nil }) { return .now }
    return uses.compactMap(\.removedAt).max().map { .until($0) } ?? .never
  }

  /// The line item of that id, or nil.
  package func lineItem(id: String) throws -> LineItemRecord? {
    try LineItemRecord.filter(Column("id") == id).fetchOne(database)
  }

  /// The line items of an advertiser of the account, oldest first.
  package func lineItems(accountID: String, advertiserID: String) throws -> [LineItemRecord] {
    try LineItemRecord.filter(Column("accountID") == accountID && Column("advertiserID") == advertiserID)
      .order(Column("sequence")).fetchAll(database)
  }

  /// How many line items an advertiser of the account has.
  package func lineItemCount(accountID: String, advertiserID: String) throws -> Int {
    try LineItemRecord.filter(Column("accountID") == accountID && Column("advertiserID") == advertiserID)
      .fetchCount(database)
  }

  /// What a line item has used of an audience, or uses; nil for nothing ever.
  package func use(lineItemID: String, canonicalID: String) throws -> LineItemAudienceRecord? {
    try LineItemAudienceRecord.fetchOne(database, key: ["lineItemID": lineItemID, "canonicalID": canonicalID])
  }

  /// The use that a target stands for and that has not ended, or nil.
  package func currentUse(targetID: String) throws -> LineItemAudienceRecord? {
    try LineItemAudienceRecord.filter(Column("targetID") == targetID && Column("removedAt") == nil).fetchOne(database)
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

extension WriteTransaction {
  package func insert(_ lineItem: LineItemRecord) throws {
    try lineItem.insert(database)
  }

  /// Writes all of the line item. Throws `MetadataError.corrupted` when it is gone.
  package func update(_ lineItem: LineItemRecord) throws {
    do { try lineItem.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }

  /// Notes that the line item uses the audience from now on, or no longer.
  package func save(_ use: LineItemAudienceRecord) throws {
    try use.save(database)
  }
}
