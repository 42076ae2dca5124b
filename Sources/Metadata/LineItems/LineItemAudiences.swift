package import struct Foundation.Date
import GRDB

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

/// A filter of lists of line items' targets. A property that is nil restricts nothing.
package struct LineItemTargetFilter: Sendable, Hashable {
  package var lineItemIDs: Set<String>?
  package var states: Set<String>?

  package init() {}
}

/// The position of a target in the list of an advertiser's targets, ordered by line item and audience.
package struct LineItemTargetPosition: Sendable, Hashable, LosslessStringConvertible {
  let lineItemSequence: Int64
  let canonicalID: String

  init(lineItemSequence: Int64, canonicalID: String) {
    (self.lineItemSequence, self.canonicalID) = (lineItemSequence, canonicalID)
  }

  package init?(_ description: String) {
    let parts = description.split(separator: ".", maxSplits: 1)
    guard parts.count == 2, let sequence = Int64(parts[0]) else { return nil }
    self.init(lineItemSequence: sequence, canonicalID: String(parts[1]))
  }

  package var description: String { "\(lineItemSequence).\(canonicalID)" }
}

extension MetadataReading {
  /// The present or past use of an audience by a line item, or nil.
  package func use(lineItemID: String, canonicalID: String) throws -> LineItemAudienceRecord? {
    try LineItemAudienceRecord.fetchOne(database, key: ["lineItemID": lineItemID, "canonicalID": canonicalID])
  }

  /// The present use behind a target, or nil.
  package func currentUse(targetID: String) throws -> LineItemAudienceRecord? {
    try LineItemAudienceRecord.filter { $0.targetID == targetID && $0.removedAt == nil }.fetchOne(database)
  }

  /// The present uses, with a target, by an advertiser's line items that match, each with its position.
  ///
  /// - Parameters:
  ///   - position: The position of the last use before the list; nil to begin with the first.
  ///   - limit: The largest number of uses.
  package func currentUses(
    _ filter: LineItemTargetFilter, owner: AdvertisingOwner, after position: LineItemTargetPosition?, limit: Int
  ) throws -> [(use: LineItemAudienceRecord, position: LineItemTargetPosition)] {
    let (sequence, canonicalID) = (position?.lineItemSequence ?? 0, position?.canonicalID ?? "")
    var request: SQL = """
      SELECT lineItemAudience.*, lineItem.sequence AS lineItemSequence
      FROM advertisingEntity AS lineItem JOIN lineItemAudience ON lineItemAudience.lineItemID = lineItem.id
      WHERE lineItem.accountID = \(owner.accountID) AND lineItem.ownerID = \(owner.id)
        AND lineItem.kind = 'dspLineItem' AND lineItem.sequence >= \(sequence)
        AND (lineItem.sequence > \(sequence) OR lineItemAudience.canonicalID > \(canonicalID))
        AND lineItemAudience.removedAt IS NULL AND lineItemAudience.targetID IS NOT NULL
      """
    if let ids = filter.lineItemIDs { request += " AND lineItem.id IN \(ids.sorted())" }
    if let states = filter.states {
      request += " AND json_extract(lineItemAudience.definition, '$.state') IN \(states.sorted())"
    }
    request += " ORDER BY lineItem.sequence, lineItemAudience.canonicalID LIMIT \(limit)"
    return try SQLRequest<Row>(literal: request).fetchAll(database).map { row in
      let use = try LineItemAudienceRecord(row: row)
      return (use, LineItemTargetPosition(lineItemSequence: row["lineItemSequence"], canonicalID: use.canonicalID))
    }
  }
}
