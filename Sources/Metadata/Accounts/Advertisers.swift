package import GRDB

/// The kind of an advertiser's account. Audiences go to display and sponsored ads advertisers only.
package enum AdvertiserKind: String, StoredChoice {
  case display = "DISPLAY"
  case sponsoredAds = "SPONSORED_ADS"
  /// The ad server, once Sizmek Ad Suite.
  case adServer = "SAS"
}

/// An advertiser whose signals are in an instance. One of sponsored ads that is new to the account brings a profile with
/// it, which its campaigns are made with.
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
  /// The advertiser of that id within the instance, or nil.
  package func advertiser(id: String, instanceID: String) throws -> AdvertiserRecord? {
    try AdvertiserRecord.fetchOne(database, key: ["instanceID": instanceID, "id": id])
  }

  /// The instance's advertisers by id, from after `afterID`, at most `limit`; of one kind, where one is given.
  package func advertisers(
    instanceID: String, kind: AdvertiserKind?, afterID: String, limit: Int
  ) throws -> [AdvertiserRecord] {
    try advertisers(instanceID, kind).filter { $0.id > afterID }.order { $0.id }.limit(limit).fetchAll(database)
  }

  /// How many advertisers the instance has; of one kind, where one is given.
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

  /// The accounts with standard instances that have the advertiser: those that it belongs to. The advertisers of
  /// sandboxes belong to nobody.
  package func accountIDs(withAdvertiser id: String, kind: AdvertiserKind) throws -> [String] {
    try String.fetchAll(
      database,
      sql: """
        SELECT DISTINCT instance.accountID FROM advertiser JOIN instance ON instance.id = advertiser.instanceID
        WHERE advertiser.id = ? AND advertiser.kind = ? AND instance.kind = 'STANDARD' ORDER BY 1
        """, arguments: [id, kind.rawValue])
  }

  /// The name of the advertiser in an instance that has it; nil where none has.
  package func advertiserName(id: String, kind: AdvertiserKind) throws -> String? {
    try AdvertiserRecord.filter { $0.id == id && $0.kind == kind }.order { $0.instanceID }.fetchOne(database)?.name
  }

  /// A DSP advertiser of one of the accounts that a client of the operator's own was given (`userID` nil), or that the user
  /// is a member of, in the first instance that has it; nil where none does.
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
  /// Takes the advertiser out of the instance. Returns whether it was in.
  package func deleteAdvertiser(id: String, instanceID: String) throws -> Bool {
    try AdvertiserRecord.deleteOne(database, key: ["instanceID": instanceID, "id": id])
  }
}
