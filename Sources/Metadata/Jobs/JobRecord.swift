package import struct Foundation.Date

/// Work that has to be done once, whatever happens to the process.
package struct JobRecord: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    case audience
    case execution
    /// Files that become part of a data set.
    case upload
    /// People whose records have to go from all data sets of an instance.
    case userDeletion
    /// Members that come into an advertiser audience, or leave it.
    case audienceRecords
    /// Members of an audience that go to a destination, or leave it.
    case audienceExport
    /// An instance that is being made.
    case instanceCreation
    /// What a deleted instance has left in storage.
    case instanceRemoval
    /// Advertisers that come into an instance, or leave it.
    case advertiserUpdate
  }

  package enum State: String, Sendable, Hashable, Codable, CaseIterable {
    case pending = "PENDING"
    case running = "RUNNING"
    case finished = "FINISHED"
  }

  package var id: Int64?
  package var kind: Kind
  /// The audience or execution that the work is for.
  package var subjectID: String
  /// The instance that waits for it: its place in the queue.
  package var instanceID: String
  package var accountID: String
  package var state: State = .pending
  /// The server that runs the job; nil unless it runs.
  package var owner: String?
  /// Until when the job is that server's alone, by the machine's time; nil unless it runs. A server that lives renews it.
  package var leaseEndsAt: Date?
  /// How many times the job has been started; each start writes to a place of its own. A job of an audience goes on
  /// counting where the one before it ended.
  package var attempt: Int = 0
  /// How many starts ended with the process.
  package var crashCount: Int = 0
  /// How many starts ended with an error of the server.
  package var failureCount: Int = 0
  package var createdAt: Date
  package var updatedAt: Date

  package init(kind: Kind, subjectID: String, instanceID: String, accountID: String, createdAt: Date) {
    self.kind = kind
    self.subjectID = subjectID
    self.instanceID = instanceID
    self.accountID = accountID
    self.createdAt = createdAt
    self.updatedAt = createdAt
  }
}

extension JobRecord: StoredRecord {
  package static let databaseTableName = "job"
}
