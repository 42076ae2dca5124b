package import struct Foundation.Date
import GRDB

/// Work that has to be done once, whatever happens to the process.
package struct JobRecord: ChangingRecord {
  package static let databaseTableName = "job"
  package enum CodingKeys: String, StoredColumn {
    case id, kind, subjectID, instanceID, accountID, state, attempt, crashCount, failureCount, workerEndCount
    case turnAt, hasGivenWay, createdAt, updatedAt
  }

  package enum Kind: String, StoredChoice {
    case audience
    case execution
    /// Files that become part of a data set.
    case upload
    /// People whose records have to be removed from all data sets of an instance.
    case userDeletion
    /// Members who join or leave an advertiser audience.
    case audienceRecords
    /// Members of an audience that are exported to a destination, or removed there.
    case audienceExport
    /// An instance that is being made.
    case instanceCreation
    /// The remaining objects of a deleted instance.
    case instanceRemoval
    /// Synthetic signals that move to the server's time.
    case sandboxRenewal
    /// Advertisers that are added to an instance, or removed.
    case advertiserUpdate
  }

  package enum State: String, StoredChoice {
    case pending = "PENDING"
    case running = "RUNNING"
    case finished = "FINISHED"
  }

  package var id: Int64?
  package var kind: Kind
  /// The subject of the work, such as an audience or execution.
  package var subjectID: String
  /// The instance that waits for the job, which decides about its turn in the queue.
  package var instanceID: String
  package var accountID: String
  package var state: State = .pending
  /// The number of starts. Each start writes to its own prefix. A job of an audience continues the number of the job
  /// before it.
  package var attempt: Int = 0
  /// The number of starts that ended with the process.
  package var crashCount: Int = 0
  /// The number of starts that ended with an error of the server.
  package var failureCount: Int = 0
  /// The number of starts that ended the process in which the engine ran for them.
  package var workerEndCount: Int = 0
  /// The turn of the refresh that the job is; nil for any other job.
  package var turnAt: Date?
  /// Whether it was stopped once, because it took long and others waited. It is known to be long then.
  package var hasGivenWay = false
  package var createdAt: Date
  /// The time of its start while it runs.
  package var updatedAt: Date

  package init(kind: Kind, subjectID: String, instanceID: String, accountID: String, createdAt: Date) {
    (self.kind, self.subjectID) = (kind, subjectID)
    (self.instanceID, self.accountID) = (instanceID, accountID)
    (self.createdAt, updatedAt) = (createdAt, createdAt)
  }
}

extension MetadataReading {
  /// The job with the id, or nil.
  package func job(id: Int64) throws -> JobRecord? {
    try JobRecord.fetchOne(database, key: id)
  }

  /// The jobs in the state, oldest first, at most `limit`.
  package func jobs(in state: JobRecord.State, limit: Int) throws -> [JobRecord] {
    try JobRecord.filter { $0.state == state }.order { $0.id }.limit(limit).fetchAll(database)
  }

  /// All jobs that were ever made for a subject, oldest first.
  package func jobs(subjectID: String) throws -> [JobRecord] {
    try JobRecord.filter { $0.subjectID == subjectID }.order { $0.id }.fetchAll(database)
  }

  /// The job of the subject that is waiting or running, or nil.
  package func unfinishedJob(kind: JobRecord.Kind, subjectID: String) throws -> JobRecord? {
    try JobRecord.unfinished.filter { $0.kind == kind && $0.subjectID == subjectID }.fetchOne(database)
  }

  /// The number of jobs that are waiting or running.
  package func unfinishedJobCount() throws -> Int {
    try JobRecord.unfinished.fetchCount(database)
  }

  /// Whether a job for submissions of members is waiting for the instance. It takes in submissions that come before it
  /// starts.
  package func hasWaitingRecordJob(instanceID: String) throws -> Bool {
    try !JobRecord.filter { $0.kind == JobRecord.Kind.audienceRecords && $0.instanceID == instanceID }
      .filter { $0.state == JobRecord.State.pending && $0.attempt == 0 }.isEmpty(database)
  }
}

extension WriteTransaction {
  /// Ends the unfinished job of a subject, if it exists.
  package func finishJob(kind: JobRecord.Kind, subjectID: String, at now: Date) throws {
    guard var job = try unfinishedJob(kind: kind, subjectID: subjectID) else { return }
    job.state = .finished
    try update(&job, at: now)
  }

  /// Removes the waiting or running job of the subject from the queue.
  package func deleteUnfinishedJobs(kind: JobRecord.Kind, subjectID: String) throws {
    try JobRecord.unfinished.filter { $0.kind == kind && $0.subjectID == subjectID }.deleteAll(database)
  }

  /// Removes finished jobs that last changed before `time`.
  package func deleteFinishedJobs(before time: Date) throws {
    try JobRecord.filter { $0.state == JobRecord.State.finished && $0.updatedAt < time.databaseMilliseconds }
      .deleteAll(database)
  }
}

extension JobRecord {
  /// The jobs that are waiting or running. The condition is that of the index which keeps a subject from having two.
  fileprivate static var unfinished: QueryInterfaceRequest<JobRecord> { filter(sql: "state != 'FINISHED'") }
}
