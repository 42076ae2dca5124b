import GRDB

extension MetadataReading {
  /// What the account knows of the audience of that canonical id, with the audience itself; nil where there is none.
  package func advertiserAudience(
    canonicalID: String
  ) throws -> (shown: AdvertiserAudienceRecord, audience: AudienceRecord)? {
    guard let shown = try AdvertiserAudienceRecord.filter(Column("canonicalID") == canonicalID).fetchOne(database),
      let audience = try audience(id: shown.audienceID)
    else { return nil }
    return (shown, audience)
  }
}
