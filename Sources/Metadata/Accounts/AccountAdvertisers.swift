import GRDB

extension MetadataReading {
  /// The advertisers of one kind of all instances of the account, each once, by id.
  package func advertisers(accountID: String, kind: AdvertiserKind) throws -> [AdvertiserRecord] {
    try AdvertiserRecord.fetchAll(
      database,
      sql: """
        SELECT MIN(advertiser.instanceID) AS instanceID, advertiser.id, advertiser.kind, advertiser.name,
          advertiser.marketplaceID
        FROM advertiser JOIN instance ON instance.id = advertiser.instanceID
        WHERE instance.accountID = ? AND advertiser.kind = ? GROUP BY advertiser.id ORDER BY advertiser.id
        """, arguments: [accountID, kind.rawValue])
  }

  /// The accounts that have an instance with that advertiser, by id.
  package func accountIDs(advertiserID: String, kind: AdvertiserKind) throws -> [String] {
    try String.fetchAll(
      database,
      sql: """
        SELECT DISTINCT instance.accountID FROM advertiser JOIN instance ON instance.id = advertiser.instanceID
        WHERE advertiser.id = ? AND advertiser.kind = ? ORDER BY instance.accountID
        """, arguments: [advertiserID, kind.rawValue])
  }
}
