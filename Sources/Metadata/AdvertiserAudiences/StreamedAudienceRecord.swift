package import struct Foundation.Date

/// An audience whose members an advertiser sends, record by record.
package struct StreamedAudienceRecord: Sendable, Hashable {
  /// What the API calls `audienceId`.
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
    self.id = id
    self.clientID = clientID
    self.name = name
    self.audienceDescription = audienceDescription
    self.externalAudienceID = externalAudienceID
    self.ttlSeconds = ttlSeconds
    self.createdAt = createdAt
    self.updatedAt = createdAt
  }
}

/// Where entries of a client's audiences are kept: one log for an instance, one for each DSP advertiser.
package struct AudienceLogRecord: Sendable, Hashable {
  package var sequence: Int64?
  /// Hexadecimal digits, made once; names the folder of the entries.
  package var id: String
  package var clientID: String
  package var instanceID: String
  /// The DSP advertiser whose log it is; nil for that of the instance itself, which queries read.
  package var dspAdvertiserID: String?
  package var createdAt: Date

  package init(id: String, clientID: String, instanceID: String, dspAdvertiserID: String?, createdAt: Date) {
    self.id = id
    self.clientID = clientID
    self.instanceID = instanceID
    self.dspAdvertiserID = dspAdvertiserID
    self.createdAt = createdAt
  }
}

extension StreamedAudienceRecord: StoredRecord {
  package static let databaseTableName = "streamedAudience"
}

extension AudienceLogRecord: StoredRecord {
  package static let databaseTableName = "audienceLog"
}
