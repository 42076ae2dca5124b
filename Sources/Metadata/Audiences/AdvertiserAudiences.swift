package import struct Foundation.Date
import GRDB

/// An audience as the advertiser account sees it, made by the transaction that makes its run a success.
package struct AdvertiserAudienceRecord: IdentifiedRecord {
  package static let databaseTableName = "advertiserAudience"
  package enum CodingKeys: String, StoredColumn {
    case sequence, id, canonicalID, audienceID, advertiserID, advertiserKind, accountID, name, audienceDescription
    case createdAt, updatedAt
  }

  /// The place in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var id: String
  package var canonicalID: String
  package var audienceID: String
  package var advertiserID: String
  package var advertiserKind: AdvertiserKind
  package var accountID: String
  /// The name that the account shows.
  package var name: String
  package var audienceDescription: String
  package var createdAt: Date
  package var updatedAt: Date

  package init(
    id: String, canonicalID: String, audienceID: String, advertiserID: String, advertiserKind: AdvertiserKind,
    accountID: String, name: String, audienceDescription: String, createdAt: Date
  ) {
    (self.id, self.canonicalID, self.audienceID) = (id, canonicalID, audienceID)
    (self.advertiserID, self.advertiserKind, self.accountID) = (advertiserID, advertiserKind, accountID)
    (self.name, self.audienceDescription) = (name, audienceDescription)
    (self.createdAt, updatedAt) = (createdAt, createdAt)
  }
}

extension MetadataReading {
  /// What the advertiser account knows of an audience, or nil before its first success.
  package func advertiserAudience(audienceID: String) throws -> AdvertiserAudienceRecord? {
    try AdvertiserAudienceRecord.fetchOne(database, key: ["audienceID": audienceID])
  }

  /// What the account knows of the audience of that canonical id, with the audience itself; nil where there is none.
  package func advertiserAudience(
    canonicalID: String
  ) throws -> (shown: AdvertiserAudienceRecord, audience: AudienceRecord)? {
    guard let shown = try AdvertiserAudienceRecord.fetchOne(database, key: ["canonicalID": canonicalID]),
      let audience = try find(AudienceRecord.self, id: shown.audienceID)
    else { return nil }
    return (shown, audience)
  }

  /// What the advertiser account knows of these audiences, by audience id.
  package func advertiserAudiences(audienceIDs: [String]) throws -> [String: AdvertiserAudienceRecord] {
    let found = try AdvertiserAudienceRecord.filter { audienceIDs.contains($0.audienceID) }.fetchAll(database)
    return Dictionary(found.map { ($0.audienceID, $0) }) { first, _ in first }
  }

  /// The account's audiences of one kind, oldest first; of one advertiser, where one is given.
  package func advertiserAudiences(
    accountID: String, advertiserID: String?, kind: AdvertiserKind
  ) throws -> [AdvertiserAudienceRecord] {
    var audiences = AdvertiserAudienceRecord.filter { $0.accountID == accountID && $0.advertiserKind == kind }
    if let advertiserID { audiences = audiences.filter { $0.advertiserID == advertiserID } }
    return try audiences.order { $0.sequence }.fetchAll(database)
  }
}
