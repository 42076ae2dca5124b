package import struct Foundation.Date
import GRDB

/// Work that has to be done once, whatever happens to the process.
package struct JobRecord: StoredRecord {
  package static let databaseTableName = "job"
  package enum CodingKeys: String, StoredColumn {
    case id, kind, subjectID, instanceID, accountID, state, owner, leaseEndsAt, attempt, crashCount, failureCount
    case createdAt, updatedAt
  }

  package enum Kind: String, StoredChoice {
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

  package enum State: String, StoredChoice {
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
    (self.kind, self.subjectID) = (kind, subjectID)
    (self.instanceID, self.accountID) = (instanceID, accountID)
    (self.createdAt, updatedAt) = (createdAt, createdAt)
  }
}

extension MetadataReading {
  /// The job of that id, or nil.
  package func job(id: Int64) throws -> JobRecord? {
    try JobRecord.fetchOne(database, key: id)
  }

  /// The jobs in that state, oldest first, at most `limit`.
  package func jobs(in state: JobRecord.State, limit: Int) throws -> [JobRecord] {
    try JobRecord.filter { $0.state == state }.order { $0.id }.limit(limit).fetchAll(database)
  }

  /// All jobs that were ever made for a subject, oldest first.
  package func jobs(subjectID: String) throws -> [JobRecord] {
    try JobRecord.filter { $0.subjectID == subjectID }.order { $0.id }.fetchAll(database)
  }

  /// The job of the subject that waits or runs, or nil.
  package func unfinishedJob(kind: JobRecord.Kind, subjectID: String) throws -> JobRecord? {
    try JobRecord.unfinished.filter { $0.kind == kind && $0.subjectID == subjectID }.fetchOne(database)
  }

  /// How many jobs wait or run.
  package func unfinishedJobCount() throws -> Int {
    try JobRecord.unfinished.fetchCount(database)
  }

  /// Whether a job for submissions of members waits for the instance, which takes in what comes before it starts.
  package func hasWaitingRecordJob(instanceID: String) throws -> Bool {
    try !JobRecord.filter { $0.kind == JobRecord.Kind.audienceRecords && $0.instanceID == instanceID }
      .filter { $0.state == JobRecord.State.pending && $0.attempt == 0 }.isEmpty(database)
  }

  /// The jobs that run without a lease, or with one that ended before `time`, of others than `owner`.
  package func jobsLeft(by time: Date, except owner: String) throws -> [JobRecord] {
    try JobRecord.filter { $0.state == JobRecord.State.running }
      .filter(sql: "owner IS NOT ?", arguments: [owner])
      .filter { $0.leaseEndsAt == nil || $0.leaseEndsAt < time.databaseMilliseconds }.order { $0.id }.fetchAll(database)
  }

  /// The attempts at jobs that `owner` runs, by the jobs' ids.
  package func attempts(ownedBy owner: String) throws -> [Int64: Int] {
    let jobs = try JobRecord.filter { $0.state == JobRecord.State.running && $0.owner == owner }.fetchAll(database)
    return Dictionary(jobs.compactMap { job in job.id.map { ($0, job.attempt) } }) { first, _ in first }
  }
}

extension WriteTransaction {
  /// Lets the leases of all jobs that `owner` runs end at `time`.
  package func renewLeases(ofJobsOwnedBy owner: String, until time: Date) throws {
    _ = try JobRecord.filter { $0.state == JobRecord.State.running && $0.owner == owner }.updateAll(database) {
      $0.leaseEndsAt.set(to: time.databaseMilliseconds)
    }
  }

  /// Takes the job of the subject that waits or runs out of the queue.
  package func deleteUnfinishedJobs(kind: JobRecord.Kind, subjectID: String) throws {
    try JobRecord.unfinished.filter { $0.kind == kind && $0.subjectID == subjectID }.deleteAll(database)
  }

  /// Forgets finished jobs that were last touched before `time`.
  package func deleteFinishedJobs(before time: Date) throws {
    try JobRecord.filter { $0.state == JobRecord.State.finished && $0.updatedAt < time.databaseMilliseconds }
      .deleteAll(database)
  }
}

extension JobRecord {
  /// The jobs that wait or run. The condition is that of the index which keeps a subject from having two.
  fileprivate static var unfinished: QueryInterfaceRequest<JobRecord> { filter(sql: "state != 'FINISHED'") }
}
