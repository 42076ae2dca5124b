package import Foundation
import GRDB

/// A request with members of an audience, and its outcome.
package struct RecordSubmission: ChangingRecord {
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

  /// The position in the order of all requests, which decides between entries of the same user.
  package var sequence: Int64?
  /// The `jobRequestId` of the API.
  package var id: String
  package var clientID: String
  package var audienceID: Int64
  /// The instance whose job processes the request.
  package var instanceID: String
  /// The log of the instance for the entries; nil if the records go to the DSP alone.
  package var amcLogID: String?
  /// The log of the DSP advertiser for the entries; nil if the records go to the instance alone.
  package var dspLogID: String?
  package var state: State = .pending
  /// The batch of the request; set when the first attempt begins.
  package var batchID: String?
  /// The object with the valid records until they are processed.
  package var stagedKey: String?
  package var receivedCount: Int
  package var validCount: Int
  /// The number of records that matched a person.
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
  /// The client's submission with the id, or nil.
  package func recordSubmission(id: String, clientID: String) throws -> RecordSubmission? {
    try RecordSubmission.filter { $0.id == id && $0.clientID == clientID }.fetchOne(database)
  }

  /// The ids that are those of submissions.
  package func recordSubmissionIDs(among ids: [String]) throws -> Set<String> {
    try RecordSubmission.filter(literal: "id IN \(SQL(values: ids))").select({ $0.id }, as: String.self)
      .fetchSet(database)
  }

  /// The instance's submissions without a batch, in their order, at most `limit`.
  package func unclaimedSubmissions(instanceID: String, limit: Int) throws -> [RecordSubmission] {
    try pendingSubmissions(instanceID).filter { $0.batchID == nil }.order { $0.sequence }.limit(limit).fetchAll(
      database)
  }

  /// The unfinished submissions of a batch, in their order.
  package func pendingSubmissions(batchID: String, instanceID: String) throws -> [RecordSubmission] {
    try pendingSubmissions(instanceID).filter { $0.batchID == batchID }.order { $0.sequence }.fetchAll(database)
  }

  /// The staged objects of the instance's unfinished submissions.
  package func stagedKeys(instanceID: String) throws -> Set<String> {
    try pendingSubmissions(instanceID).filter { $0.stagedKey != nil }.select({ $0.stagedKey }, as: String.self)
      .fetchSet(database)
  }

  /// The instance's unfinished submissions. The state is a literal, as in the condition of their index.
  private func pendingSubmissions(_ instanceID: String) -> QueryInterfaceRequest<RecordSubmission> {
    RecordSubmission.filter { $0.instanceID == instanceID }.filter(sql: "state = 'PENDING'")
  }
}
