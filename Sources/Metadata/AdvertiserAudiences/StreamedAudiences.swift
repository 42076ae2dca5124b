package import struct Foundation.Date
import GRDB

/// An audience whose members an advertiser sends, record by record.
package struct StreamedAudienceRecord: IdentifiedRecord, ChangingRecord {
  package static let databaseTableName = "streamedAudience"
  package enum CodingKeys: String, StoredColumn {
    case id, clientID, name, audienceDescription, externalAudienceID, ttlSeconds, fees, countryCode, connectionID
    case dspAdvertiserID, dspInstanceID, receivedCount, resolvedCount, createdAt, updatedAt
  }

  /// The `audienceId` of the API.
  package var id: Int64
  /// The application that made the audience; no other one sees it.
  package var clientID: String
  package var name: String
  package var audienceDescription: String
  /// The client's own name of the audience.
  package var externalAudienceID: String
  /// The time for which a user stays a member after the last CREATE, in seconds.
  package var ttlSeconds: Int
  /// A JSON array of `currency` and `cpmCents`; nil without fees.
  package var fees: String?
  /// The country of the members, unless a record says otherwise.
  package var countryCode: String?
  /// The connection that the audience was made for; nil for one that goes to a DSP advertiser alone.
  package var connectionID: String?
  /// The DSP advertiser that the audience was made for, by itself or through the connection.
  package var dspAdvertiserID: String?
  package var dspInstanceID: String?
  /// The number of processed records, valid or not.
  package var receivedCount: Int = 0
  /// The number of records that matched a person.
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

/// A log with the entries of a client's audiences. There is one for an instance, and one for each DSP advertiser.
package struct AudienceLogRecord: IdentifiedRecord {
  package static let databaseTableName = "audienceLog"
  package enum CodingKeys: String, StoredColumn { case sequence, id, clientID, instanceID, dspAdvertiserID, createdAt }

  package var sequence: Int64?
  /// Hexadecimal digits, made once; the name of the entries' folder.
  package var id: String
  package var clientID: String
  package var instanceID: String
  /// The DSP advertiser whose log it is; nil for the log of the instance itself, which queries read.
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

/// The audiences of sent records in a list of an account: those with entries in the logs of its DSP advertisers.
package struct StreamedAudienceQuery: Sendable, Hashable {
  package var accountID: String
  /// The advertiser whose logs count; nil for all of the account's.
  package var dspAdvertiserID: String?
  /// Conditions that all have to hold.
  package var conditions: [AudienceCondition]

  package init(accountID: String, dspAdvertiserID: String?, conditions: [AudienceCondition]) {
    (self.accountID, self.dspAdvertiserID, self.conditions) = (accountID, dspAdvertiserID, conditions)
  }

  fileprivate var request: QueryInterfaceRequest<StreamedAudienceRecord> {
    var request = StreamedAudienceRecord.filter(
      sql: "id IN (SELECT loggedAudience.audienceID \(AudienceLogRecord.dspEntries))",
      arguments: [accountID, dspAdvertiserID, dspAdvertiserID])
    for condition in conditions {
      request = request.filter {
        condition.on(id: cast($0.id, as: .text), name: $0.name, description: $0.audienceDescription)
      }
    }
    return request
  }
}

extension AudienceLogRecord {
  /// The entries of audiences in the logs of an account's DSP advertisers, as SQL after the columns of a SELECT.
  ///
  /// Its arguments are the account's id and, twice, the advertiser's: NULL for all advertisers.
  fileprivate static let dspEntries = """
    FROM instance JOIN audienceLog ON audienceLog.instanceID = instance.id
    JOIN loggedAudience ON loggedAudience.logID = audienceLog.id
    WHERE instance.accountID = ? AND audienceLog.dspAdvertiserID IS NOT NULL
      AND (? IS NULL OR audienceLog.dspAdvertiserID = ?)
    """
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

  /// The logs that an audience has entries in, the client's own and DSP advertisers', oldest first.
  package func logs(audienceID: Int64) throws -> [AudienceLogRecord] {
    try AudienceLogRecord.fetchAll(
      database,
      sql: """
        SELECT audienceLog.* FROM audienceLog JOIN loggedAudience ON loggedAudience.logID = audienceLog.id
        WHERE loggedAudience.audienceID = ? ORDER BY audienceLog.sequence
        """, arguments: [audienceID])
  }

  /// The logs of an account's DSP advertisers that have entries of some audiences, oldest first, each with the ids of
  /// the audiences in it; of one advertiser, if one is given.
  package func dspLogs(
    accountID: String, dspAdvertiserID: String?, audienceIDs: [Int64]
  ) throws -> [(log: AudienceLogRecord, audienceIDs: [Int64])] {
    let own = SQL(sql: AudienceLogRecord.dspEntries, arguments: [accountID, dspAdvertiserID, dspAdvertiserID])
    let rows = try SQLRequest<Row>(
      literal: """
        SELECT audienceLog.*, loggedAudience.audienceID AS audienceID \(own)
          AND loggedAudience.audienceID IN \(audienceIDs)
        ORDER BY audienceLog.sequence, loggedAudience.audienceID
        """
    ).fetchAll(database)
    var logs: [(log: AudienceLogRecord, audienceIDs: [Int64])] = []
    for row in rows {
      let log = try AudienceLogRecord(row: row)
      if logs.last?.log != log { logs.append((log, [])) }
      logs[logs.count - 1].audienceIDs.append(row["audienceID"])
    }
    return logs
  }

  /// Whether a DSP advertiser of the account has members of the audience.
  package func hasStreamedAudience(id: Int64, accountID: String, dspAdvertiserID: String) throws -> Bool {
    try !dspLogs(accountID: accountID, dspAdvertiserID: dspAdvertiserID, audienceIDs: [id]).isEmpty
  }

  /// The audiences of sent records that match, oldest first, from after the position.
  ///
  /// - Parameters:
  ///   - position: The creation time and the id of the last audience before the list.
  ///   - limit: The largest number of audiences; nil for all.
  package func streamedAudiences(
    _ query: StreamedAudienceQuery, after position: (createdAt: Date, id: Int64), limit: Int?
  ) throws -> [StreamedAudienceRecord] {
    let request = query.request
      .filter(sql: "(createdAt, id) > (?, ?)", arguments: [position.createdAt.databaseMilliseconds, position.id])
      .order { [$0.createdAt, $0.id] }
    return try (limit.map { request.limit($0) } ?? request).fetchAll(database)
  }

  /// The number of audiences of sent records that match.
  package func streamedAudienceCount(_ query: StreamedAudienceQuery) throws -> Int {
    try query.request.fetchCount(database)
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
  /// Records that the audience has entries in the log; repeating it changes nothing.
  package func note(audienceID: Int64, inLog logID: String) throws {
    try LoggedAudienceRecord(logID: logID, audienceID: audienceID).insert(database, onConflict: .ignore)
  }

  /// Adds to the numbers of an audience's processed records.
  package func count(received: Int, resolved: Int, audienceID: Int64) throws {
    _ = try StreamedAudienceRecord.filter(id: audienceID).updateAll(database) {
      [$0.receivedCount += received, $0.resolvedCount += resolved]
    }
  }
}
