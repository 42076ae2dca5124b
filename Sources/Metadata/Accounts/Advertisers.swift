package import GRDB

/// The kind of an advertiser's account. Audiences go to display and sponsored ads advertisers only.
package enum AdvertiserKind: String, StoredChoice {
  case display = "DISPLAY"
  case sponsoredAds = "SPONSORED_ADS"
  /// The ad server, formerly Sizmek Ad Suite.
  case adServer = "SAS"
}

/// An advertiser whose signals are in an instance. A sponsored ads advertiser that is new to the account gets a
/// profile, for its campaigns.
package struct AdvertiserRecord: StoredRecord {
  package static let databaseTableName = "advertiser"
  package enum CodingKeys: String, StoredColumn { case instanceID, id, kind, name, marketplaceID }

  package var instanceID: String
  package var id: String
  package var kind: AdvertiserKind
  package var name: String
  /// Set for sponsored ads and ad server advertisers only.
  package var marketplaceID: String?

  package init(instanceID: String, id: String, kind: AdvertiserKind, name: String, marketplaceID: String?) {
    (self.instanceID, self.id, self.kind, self.name) = (instanceID, id, kind, name)
    self.marketplaceID = marketplaceID
  }

  package func aroundInsert(_ database: Database, insert: () throws -> InsertionSuccess) throws {
    _ = try insert()
    let transaction = WriteTransaction(access: DatabaseAccess(connection: database))
    if kind == .sponsoredAds, let instance = try transaction.find(InstanceRecord.self, id: instanceID) {
      try transaction.addProfile(ofSponsoredAdsAdvertiser: id, accountID: instance.accountID)
    }
  }
}

extension MetadataReading {
  /// The instance's advertiser with the id, or nil.
  package func advertiser(id: String, instanceID: String) throws -> AdvertiserRecord? {
    try AdvertiserRecord.fetchOne(database, key: ["instanceID": instanceID, "id": id])
  }

  /// The instance's advertisers by id, from after `afterID`, at most `limit`; of one kind, if one is given.
  package func advertisers(
    instanceID: String, kind: AdvertiserKind?, afterID: String, limit: Int
  ) throws -> [AdvertiserRecord] {
    try advertisers(instanceID, kind).filter { $0.id > afterID }.order { $0.id }.limit(limit).fetchAll(database)
  }

  /// The number of the instance's advertisers; of one kind, if one is given.
  package func advertiserCount(instanceID: String, kind: AdvertiserKind?) throws -> Int {
    try advertisers(instanceID, kind).fetchCount(database)
  }

  private func advertisers(
    _ instanceID: String, _ kind: AdvertiserKind?
  ) -> QueryInterfaceRequest<AdvertiserRecord> {
    let all = AdvertiserRecord.filter { $0.instanceID == instanceID }
    return if let kind { all.filter { $0.kind == kind } } else { all }
  }

  /// The kinds of advertisers that the instance has, in the order of their names.
  package func advertiserKinds(instanceID: String) throws -> [AdvertiserKind] {
    try advertisers(instanceID, nil).order { $0.kind }.select({ $0.kind }, as: AdvertiserKind.self).distinct()
      .fetchAll(database)
  }

  /// The advertisers of one kind in all instances of the account, ordered by id. One that several instances have comes
  /// once, as the first of them has it.
  ///
  /// - Parameters:
  ///   - ids: The advertisers to look for; nil for all.
  ///   - offset: The number of advertisers to skip.
  ///   - limit: The largest number of advertisers; -1 for all.
  package func advertisers(
    accountID: String, kind: AdvertiserKind, ids: Set<String>? = nil, offset: Int = 0, limit: Int = -1
  ) throws -> [AdvertiserRecord] {
    try SQLRequest<AdvertiserRecord>(
      literal: """
        SELECT MIN(advertiser.instanceID) AS instanceID, advertiser.id, advertiser.kind, advertiser.name,
          advertiser.marketplaceID
        \(Self.advertisers(accountID, kind, ids)) GROUP BY advertiser.id ORDER BY advertiser.id
        LIMIT \(limit) OFFSET \(offset)
        """
    ).fetchAll(database)
  }

  /// The number of different advertisers of one kind in all instances of the account.
  package func advertiserCount(accountID: String, kind: AdvertiserKind, ids: Set<String>?) throws -> Int {
    try SQLRequest<Int>(literal: "SELECT COUNT(DISTINCT advertiser.id) \(Self.advertisers(accountID, kind, ids))")
      .fetchOne(database) ?? 0
  }

  private static func advertisers(_ accountID: String, _ kind: AdvertiserKind, _ ids: Set<String>?) -> SQL {
    let all: SQL = """
      FROM advertiser JOIN instance ON instance.id = advertiser.instanceID
      WHERE instance.accountID = \(accountID) AND advertiser.kind = \(kind)
      """
    return if let ids { all + " AND advertiser.id IN \(ids.sorted())" } else { all }
  }

  /// The accounts that have an instance with the advertiser, by id.
  package func accountIDs(advertiserID: String, kind: AdvertiserKind) throws -> [String] {
    try String.fetchAll(
      database,
      sql: """
        SELECT DISTINCT instance.accountID FROM advertiser JOIN instance ON instance.id = advertiser.instanceID
        WHERE advertiser.id = ? AND advertiser.kind = ? ORDER BY instance.accountID
        """, arguments: [advertiserID, kind.rawValue])
  }

  /// The accounts with standard instances that have the advertiser: it belongs to them. The advertisers of sandboxes
  /// belong to nobody.
  package func accountIDs(withAdvertiser id: String, kind: AdvertiserKind) throws -> [String] {
    try String.fetchAll(
      database,
      sql: """
        SELECT DISTINCT instance.accountID FROM advertiser JOIN instance ON instance.id = advertiser.instanceID
        WHERE advertiser.id = ? AND advertiser.kind = ? AND instance.kind = 'STANDARD' ORDER BY 1
        """, arguments: [id, kind.rawValue])
  }

  /// The name of the advertiser in an instance that has it; nil if none has it.
  package func advertiserName(id: String, kind: AdvertiserKind) throws -> String? {
    try AdvertiserRecord.filter { $0.id == id && $0.kind == kind }.order { $0.instanceID }.fetchOne(database)?.name
  }

  /// A DSP advertiser of one of the accounts that the operator's own client was given (`userID` nil), or that the user
  /// is a member of, in the first instance that has it; nil if none has it.
  package func displayAdvertiser(
    id: String, clientID: String, userID: String?, accountID: String?
  ) throws -> AdvertiserRecord? {
    try AdvertiserRecord.fetchOne(
      database,
      sql: """
        SELECT advertiser.* FROM advertiser JOIN instance ON instance.id = advertiser.instanceID
        WHERE advertiser.id = ? AND advertiser.kind = 'DISPLAY' AND instance.accountID IN (\(Self.accountsOfPrincipal))
          AND (? IS NULL OR instance.accountID = ?) ORDER BY instance.id LIMIT 1
        """, arguments: [id, clientID, userID, userID, accountID, accountID])
  }
}

extension WriteTransaction {
  /// Removes the advertiser from the instance. Returns whether it was there.
  package func deleteAdvertiser(id: String, instanceID: String) throws -> Bool {
    try AdvertiserRecord.deleteOne(database, key: ["instanceID": instanceID, "id": id])
  }
}
