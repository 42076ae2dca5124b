package import struct Foundation.Date
import GRDB

/// One request with members of an audience: what is to be done with it, and its outcome.
package struct RecordSubmission: StoredRecord {
  package static let databaseTableName = "recordSubmission"
  package enum CodingKeys: String, StoredColumn {
    case sequence, id, clientID, audienceID, instanceID, amcLogID, dspLogID, state, batchID, stagedKey
    case receivedCount, validCount, resolvedCount, invalidRecords, createdAt, updatedAt
  }

  package enum State: String, StoredChoice {
    case pending = "PENDING"
    case succeeded = "SUCCEEDED"
    /// One of two targets has the records, the other does not.
    case partiallySucceeded = "PARTIALLYSUCCEEDED"
    case failed = "FAILED"
  }

  /// Its position in the order of all requests, which decides between entries of the same user.
  package var sequence: Int64?
  /// The `jobRequestId` of the API.
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
    (self.id, self.clientID, self.audienceID, self.instanceID) = (id, clientID, audienceID, instanceID)
    (self.receivedCount, self.validCount, self.invalidRecords) = (receivedCount, validCount, invalidRecords)
    (self.createdAt, updatedAt) = (createdAt, createdAt)
  }
}

extension MetadataReading {
  /// The client's submission of that id, or nil.
  package func recordSubmission(id: String, clientID: String) throws -> RecordSubmission? {
    try RecordSubmission.filter { $0.id == id && $0.clientID == clientID }.fetchOne(database)
  }

  /// The instance's submissions that no batch has yet, in their order, at most `limit`.
  package func unclaimedSubmissions(instanceID: String, limit: Int) throws -> [RecordSubmission] {
    try pendingSubmissions(instanceID).filter { $0.batchID == nil }.order { $0.sequence }.limit(limit).fetchAll(
      database)
  }

  /// The submissions of a batch that are not done, in their order.
  package func pendingSubmissions(batchID: String, instanceID: String) throws -> [RecordSubmission] {
    try pendingSubmissions(instanceID).filter { $0.batchID == batchID }.order { $0.sequence }.fetchAll(database)
  }

  /// The staged objects of the instance's submissions that are not done.
  package func stagedKeys(instanceID: String) throws -> Set<String> {
    try pendingSubmissions(instanceID).filter { $0.stagedKey != nil }.select({ $0.stagedKey }, as: String.self)
      .fetchSet(database)
  }

  /// The instance's submissions that are not done. The state is a literal, as in the condition of their index.
  private func pendingSubmissions(_ instanceID: String) -> QueryInterfaceRequest<RecordSubmission> {
    RecordSubmission.filter { $0.instanceID == instanceID }.filter(sql: "state = 'PENDING'")
  }
}
