import GRDB

extension MetadataReading {
  /// The account of that id, or nil.
  package func account(id: String) throws -> AccountRecord? {
    try AccountRecord.fetchOne(database, key: id)
  }

  /// The profile of that id, or nil.
  package func profile(id: String) throws -> ProfileRecord? {
    try ProfileRecord.fetchOne(database, key: id)
  }

  /// Whether the client may act for the account.
  package func hasAccess(clientID: String, accountID: String) throws -> Bool {
    try ClientAccountRecord.exists(database, key: ["clientID": clientID, "accountID": accountID])
  }

  /// The accounts that a client of the operator's own was given (`userID` nil), or those that the user is a member of: by
  /// id, from after `afterID`, at most `limit`.
  ///
  /// - Parameter excluded: The ids of marketplaces whose accounts are left out.
  package func accounts(
    clientID: String, userID: String?, outside excluded: Set<String>, afterID: String, limit: Int
  ) throws -> [AccountRecord] {
    let marks = databaseQuestionMarks(count: excluded.count)
    return try AccountRecord.fetchAll(
      database,
      sql: """
        SELECT * FROM account
        WHERE id > ? AND id IN (\(Self.accountsOfActor)) AND marketplaceID NOT IN (\(marks)) ORDER BY id LIMIT ?
        """,
      arguments: [afterID, clientID, userID, userID] + StatementArguments(excluded.sorted()) + [limit])
  }

  /// The ids of an actor's accounts; its arguments are the client's id, and the user's twice.
  static var accountsOfActor: String {
    """
    SELECT accountID FROM clientAccount WHERE clientID = ? AND ? IS NULL
    UNION ALL SELECT accountID FROM membership WHERE userID = ?
    """
  }

  /// The instance of that id, or nil.
  package func instance(id: String) throws -> InstanceRecord? {
    try InstanceRecord.fetchOne(database, key: id)
  }

  /// The ids of all instances, in order.
  package func instanceIDs() throws -> [String] {
    try String.fetchAll(database, sql: "SELECT id FROM \(InstanceRecord.databaseTableName) ORDER BY id")
  }

  /// The account's instances by id, from after `afterID`, at most `limit`.
  package func instances(accountID: String, afterID: String, limit: Int) throws -> [InstanceRecord] {
    try InstanceRecord.fetchAll(
      database, sql: "SELECT * FROM instance WHERE accountID = ? AND id > ? ORDER BY id LIMIT ?",
      arguments: [accountID, afterID, limit])
  }

  /// The advertiser of that id within the instance, or nil.
  package func advertiser(id: String, instanceID: String) throws -> AdvertiserRecord? {
    try AdvertiserRecord.fetchOne(database, key: ["instanceID": instanceID, "id": id])
  }

  /// The instance's advertisers by id, from after `afterID`, at most `limit`; of one kind, where one is given.
  package func advertisers(
    instanceID: String, kind: AdvertiserKind?, afterID: String, limit: Int
  ) throws -> [AdvertiserRecord] {
    try AdvertiserRecord.fetchAll(
      database,
      sql: """
        SELECT * FROM advertiser WHERE instanceID = ? AND (? IS NULL OR kind = ?) AND id > ? ORDER BY id LIMIT ?
        """, arguments: [instanceID, kind?.rawValue, kind?.rawValue, afterID, limit])
  }

  /// How many advertisers the instance has; of one kind, where one is given.
  package func advertiserCount(instanceID: String, kind: AdvertiserKind?) throws -> Int {
    try Int.fetchOne(
      database, sql: "SELECT COUNT(*) FROM advertiser WHERE instanceID = ? AND (? IS NULL OR kind = ?)",
      arguments: [instanceID, kind?.rawValue, kind?.rawValue]) ?? 0
  }

  /// The kinds of advertisers that the instance has, in the order of their names.
  package func advertiserKinds(instanceID: String) throws -> [AdvertiserKind] {
    try AdvertiserKind.fetchAll(
      database, sql: "SELECT DISTINCT kind FROM advertiser WHERE instanceID = ? ORDER BY kind",
      arguments: [instanceID])
  }
}

extension AdvertiserKind: DatabaseValueConvertible {}

extension WriteTransaction {
  package func insert(_ account: AccountRecord) throws {
    try account.insert(database)
  }

  package func insert(_ profile: ProfileRecord) throws {
    try profile.insert(database)
  }

  package func insert(_ instance: InstanceRecord) throws {
    try instance.insert(database)
  }

  /// Adds the advertiser. One of sponsored ads that the account did not have gets a profile, which its campaigns are made with.
  package func insert(_ advertiser: AdvertiserRecord) throws {
    try advertiser.insert(database)
    guard advertiser.kind == .sponsoredAds, let accountID = try instance(id: advertiser.instanceID)?.accountID else {
      return
    }
    try addProfile(ofSponsoredAdsAdvertiser: advertiser.id, accountID: accountID)
  }

  /// Gives the client access to the account; again changes nothing.
  package func grantAccess(clientID: String, accountID: String) throws {
    try ClientAccountRecord(clientID: clientID, accountID: accountID).insert(database, onConflict: .ignore)
  }
}
