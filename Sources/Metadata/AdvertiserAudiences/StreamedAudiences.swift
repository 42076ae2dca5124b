package import struct Foundation.Date
import GRDB

/// An audience whose members an advertiser sends, record by record.
package struct StreamedAudienceRecord: IdentifiedRecord {
  package static let databaseTableName = "streamedAudience"
  package enum CodingKeys: String, StoredColumn {
    case id, clientID, name, audienceDescription, externalAudienceID, ttlSeconds, fees, countryCode, connectionID
    case dspAdvertiserID, dspInstanceID, receivedCount, resolvedCount, createdAt, updatedAt
  }

  /// The `audienceId` of the API.
  package var id: Int64
  /// The application that made it; no other one sees it.
  package var clientID: String
  package var name: String
  package var audienceDescription: String
  /// The client's own name for it.
  package var externalAudienceID: String
  /// How long a user stays a member after the last CREATE, in seconds.
  package var ttlSeconds: Int
  /// A JSON array of `currency` and `cpmCents`; nil where no fees were given.
  package var fees: String?
  /// Where its members are, unless a record says otherwise.
  package var countryCode: String?
  /// The connection that it was made for; nil for one that goes to a DSP advertiser alone.
  package var connectionID: String?
  /// The DSP advertiser that it was made for, by itself or through the connection.
  package var dspAdvertiserID: String?
  package var dspInstanceID: String?
  /// How many records have been processed, valid or not.
  package var receivedCount: Int = 0
  /// How many records have matched a person.
  package var resolvedCount: Int = 0
  package var createdAt: Date
  package var updatedAt: Date

  package init(
    id: Int64, clientID: String, name: String, audienceDescription: String, externalAudienceID: String,
    ttlSeconds: Int, createdAt: Date
  ) {
    (self.id, self.clientID, self.name) = (id, clientID, name)
    (self.audienceDescription, self.externalAudienceID) = (audienceDescription, externalAudienceID)
    (self.ttlSeconds, self.createdAt, updatedAt) = (ttlSeconds, createdAt, createdAt)
  }
}

/// A log with the entries of a client's audiences: one for an instance, one for each DSP advertiser.
package struct AudienceLogRecord: IdentifiedRecord {
  package static let databaseTableName = "audienceLog"
  package enum CodingKeys: String, StoredColumn { case sequence, id, clientID, instanceID, dspAdvertiserID, createdAt }

  package var sequence: Int64?
  /// Hexadecimal digits, made once; names the folder of the entries.
  package var id: String
  package var clientID: String
  package var instanceID: String
  /// The DSP advertiser whose log it is; nil for that of the instance itself, which queries read.
  package var dspAdvertiserID: String?
  package var createdAt: Date

  package init(id: String, clientID: String, instanceID: String, dspAdvertiserID: String?, createdAt: Date) {
    (self.id, self.clientID, self.instanceID) = (id, clientID, instanceID)
    (self.dspAdvertiserID, self.createdAt) = (dspAdvertiserID, createdAt)
  }
}

/// An audience with entries in a log.
struct LoggedAudienceRecord: StoredRecord {
  static let databaseTableName = "loggedAudience"
  enum CodingKeys: String, StoredColumn { case logID, audienceID }

  var logID: String
  var audienceID: Int64
}

extension MetadataReading {
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

  /// The log of a client for an instance, or for a DSP advertiser of it, or nil.
  package func audienceLog(
    clientID: String, instanceID: String, dspAdvertiserID: String?
  ) throws -> AudienceLogRecord? {
    try AudienceLogRecord.filter {
      $0.clientID == clientID && $0.instanceID == instanceID && $0.dspAdvertiserID == dspAdvertiserID
    }.fetchOne(database)
  }

  /// All logs of an instance, oldest first.
  package func audienceLogs(instanceID: String) throws -> [AudienceLogRecord] {
    try AudienceLogRecord.filter { $0.instanceID == instanceID }.order { $0.sequence }.fetchAll(database)
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
  /// Notes that the audience has entries in the log; again changes nothing.
  package func note(audienceID: Int64, inLog logID: String) throws {
    try LoggedAudienceRecord(logID: logID, audienceID: audienceID).insert(database, onConflict: .ignore)
  }

  /// Counts records of an audience that have been processed.
  package func count(received: Int, resolved: Int, audienceID: Int64) throws {
    _ = try StreamedAudienceRecord.filter(id: audienceID).updateAll(database) {
      [$0.receivedCount += received, $0.resolvedCount += resolved]
    }
  }
}
