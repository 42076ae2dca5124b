package import struct Foundation.Date
import GRDB

/// One request with members of an audience: what is to be done with it, and what became of it.
package struct RecordSubmission: Sendable, Hashable {
  package enum State: String, Sendable, Hashable, Codable, CaseIterable {
    case pending = "PENDING"
    case succeeded = "SUCCEEDED"
    /// One of two targets has the records, the other does not.
    case partiallySucceeded = "PARTIALLYSUCCEEDED"
    case failed = "FAILED"
  }

  /// Its place in the order of all requests, which decides between entries of the same user.
  package var sequence: Int64?
  /// What the API calls `jobRequestId`.
  package var id: String
  package var clientID: String
  package var audienceID: Int64
  /// The instance that does the work.
  package var instanceID: String
  /// The log of the instance that takes the entries; nil where the records go to the DSP alone.
  package var amcLogID: String?
  /// The log of the DSP advertiser that takes the entries; nil where the records go to the instance alone.
  package var dspLogID: String?
  package var state: State = .pending
  /// The batch that it is processed in; set when the first attempt begins.
  package var batchID: String?
  /// The object that holds the valid records until they are processed.
  package var stagedKey: String?
  package var receivedCount: Int
  package var validCount: Int
  /// How many records matched a person.
  package var resolvedCount: Int = 0
  /// A JSON array of `error` and `externalId`.
  package var invalidRecords: String
  package var createdAt: Date
  package var updatedAt: Date

  package init(
    id: String, clientID: String, audienceID: Int64, instanceID: String, receivedCount: Int, validCount: Int,
    invalidRecords: String, createdAt: Date
  ) {
    self.id = id
    self.clientID = clientID
    self.audienceID = audienceID
    self.instanceID = instanceID
    self.receivedCount = receivedCount
    self.validCount = validCount
    self.invalidRecords = invalidRecords
    self.createdAt = createdAt
    self.updatedAt = createdAt
  }
}

extension RecordSubmission: StoredRecord {
  package static let databaseTableName = "recordSubmission"
}

extension MetadataReading {
  /// The client's submission of that id, or nil.
  package func recordSubmission(id: String, clientID: String) throws -> RecordSubmission? {
    try RecordSubmission.filter(Column("id") == id && Column("clientID") == clientID).fetchOne(database)
  }

  /// The instance's submissions that no batch has yet, in their order, at most `limit`.
  package func unclaimedSubmissions(instanceID: String, limit: Int) throws -> [RecordSubmission] {
    try RecordSubmission.fetchAll(
      database,
      sql: """
        SELECT * FROM recordSubmission
        WHERE instanceID = ? AND state = 'PENDING' AND batchID IS NULL ORDER BY sequence LIMIT ?
        """, arguments: [instanceID, limit])
  }

  /// The submissions of a batch that are not done, in their order.
  package func pendingSubmissions(batchID: String, instanceID: String) throws -> [RecordSubmission] {
    try RecordSubmission.fetchAll(
      database,
      sql: """
        SELECT * FROM recordSubmission
        WHERE instanceID = ? AND state = 'PENDING' AND batchID = ? ORDER BY sequence
        """, arguments: [instanceID, batchID])
  }

  /// The staged objects of the instance's submissions that are not done.
  package func stagedKeys(instanceID: String) throws -> Set<String> {
    Set(
      try String.fetchAll(
        database,
        sql: """
          SELECT stagedKey FROM recordSubmission
          WHERE instanceID = ? AND state = 'PENDING' AND stagedKey IS NOT NULL
          """, arguments: [instanceID]))
  }

  /// Whether a job for the instance's submissions waits, which takes in what comes before it starts.
  package func hasWaitingRecordJob(instanceID: String) throws -> Bool {
    try Bool.fetchOne(
      database,
      sql: "SELECT EXISTS (SELECT 1 FROM job WHERE kind = ? AND instanceID = ? AND state = 'PENDING' AND attempt = 0)",
      arguments: [JobRecord.Kind.audienceRecords.rawValue, instanceID]) ?? false
  }
}

extension WriteTransaction {
  package func insert(_ submission: RecordSubmission) throws {
    try submission.insert(database)
  }

  /// Writes all of the submission. Throws `MetadataError.corrupted` when it is gone.
  package func update(_ submission: RecordSubmission) throws {
    do { try submission.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }
}
