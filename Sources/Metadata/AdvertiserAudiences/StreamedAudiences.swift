import GRDB

extension MetadataReading {
  /// The audience of that id, or nil.
  package func streamedAudience(id: Int64) throws -> StreamedAudienceRecord? {
    try StreamedAudienceRecord.fetchOne(database, key: id)
  }

  /// The audiences with entries in a log, by id.
  package func streamedAudiences(logID: String) throws -> [StreamedAudienceRecord] {
    try StreamedAudienceRecord.fetchAll(
      database,
      sql: """
        SELECT streamedAudience.* FROM streamedAudience
        JOIN loggedAudience ON loggedAudience.audienceID = streamedAudience.id
        WHERE loggedAudience.logID = ? ORDER BY streamedAudience.id
        """, arguments: [logID])
  }

  /// The log of that id, or nil.
  package func audienceLog(id: String) throws -> AudienceLogRecord? {
    try AudienceLogRecord.filter(Column("id") == id).fetchOne(database)
  }

  /// The log of a client for an instance, or for a DSP advertiser of it, or nil.
  package func audienceLog(
    clientID: String, instanceID: String, dspAdvertiserID: String?
  ) throws -> AudienceLogRecord? {
    try AudienceLogRecord.filter(
      Column("clientID") == clientID && Column("instanceID") == instanceID
        && Column("dspAdvertiserID") == dspAdvertiserID
    ).fetchOne(database)
  }

  /// All logs of an instance, oldest first.
  package func audienceLogs(instanceID: String) throws -> [AudienceLogRecord] {
    try AudienceLogRecord.filter(Column("instanceID") == instanceID).order(Column("sequence")).fetchAll(database)
  }

  /// The DSP advertisers' logs that an audience has entries in, oldest first.
  package func dspLogs(audienceID: Int64) throws -> [AudienceLogRecord] {
    try AudienceLogRecord.fetchAll(
      database,
      sql: """
        SELECT audienceLog.* FROM audienceLog JOIN loggedAudience ON loggedAudience.logID = audienceLog.id
        WHERE loggedAudience.audienceID = ? AND audienceLog.dspAdvertiserID IS NOT NULL ORDER BY audienceLog.sequence
        """, arguments: [audienceID])
  }

  /// The logs of an account's DSP advertisers, oldest first; of one of them, where one is given.
  package func dspLogs(accountID: String, dspAdvertiserID: String?) throws -> [AudienceLogRecord] {
    try AudienceLogRecord.fetchAll(
      database,
      sql: """
        SELECT audienceLog.* FROM audienceLog JOIN instance ON instance.id = audienceLog.instanceID
        WHERE instance.accountID = ? AND audienceLog.dspAdvertiserID IS NOT NULL
          AND (? IS NULL OR audienceLog.dspAdvertiserID = ?) ORDER BY audienceLog.sequence
        """, arguments: [accountID, dspAdvertiserID, dspAdvertiserID])
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
        WHERE advertiser.id = ? AND advertiser.kind = 'DISPLAY' AND instance.accountID IN (\(Self.accountsOfActor))
          AND (? IS NULL OR instance.accountID = ?) ORDER BY instance.id LIMIT 1
        """, arguments: [id, clientID, userID, userID, accountID, accountID])
  }

  /// The accounts whose instances an audience's members have gone to.
  package func loggedAccountIDs(audienceID: Int64) throws -> Set<String> {
    Set(
      try String.fetchAll(
        database,
        sql: """
          SELECT DISTINCT instance.accountID FROM loggedAudience
          JOIN audienceLog ON audienceLog.id = loggedAudience.logID
          JOIN instance ON instance.id = audienceLog.instanceID WHERE loggedAudience.audienceID = ?
          """, arguments: [audienceID]))
  }
}

extension WriteTransaction {
  package func insert(_ audience: StreamedAudienceRecord) throws {
    try audience.insert(database)
  }

  /// Writes all of the audience. Throws `MetadataError.corrupted` when it is gone.
  package func update(_ audience: StreamedAudienceRecord) throws {
    do { try audience.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }

  package func insert(_ log: AudienceLogRecord) throws {
    try log.insert(database)
  }

  /// Notes that the audience has entries in the log; again changes nothing.
  package func note(audienceID: Int64, inLog logID: String) throws {
    try database.execute(
      sql: "INSERT OR IGNORE INTO loggedAudience (logID, audienceID) VALUES (?, ?)", arguments: [logID, audienceID])
  }

  /// Counts records of an audience that have been processed.
  package func count(received: Int, resolved: Int, audienceID: Int64) throws {
    try database.execute(
      sql: """
        UPDATE streamedAudience SET receivedCount = receivedCount + ?, resolvedCount = resolvedCount + ? WHERE id = ?
        """, arguments: [received, resolved, audienceID])
  }
}
