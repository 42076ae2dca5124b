package import struct Foundation.Date
import GRDB

extension MetadataReading {
  /// The job of that id, or nil.
  package func job(id: Int64) throws -> JobRecord? {
    try JobRecord.fetchOne(database, key: id)
  }

  /// The jobs in that state, oldest first, at most `limit`.
  package func jobs(in state: JobRecord.State, limit: Int) throws -> [JobRecord] {
    try JobRecord.fetchAll(
      database, sql: "SELECT * FROM job WHERE state = ? ORDER BY id LIMIT ?", arguments: [state.rawValue, limit])
  }

  /// All jobs that were ever made for a subject, oldest first.
  package func jobs(subjectID: String) throws -> [JobRecord] {
    try JobRecord.fetchAll(
      database, sql: "SELECT * FROM job WHERE subjectID = ? ORDER BY id", arguments: [subjectID])
  }

  /// The job of the subject that waits or runs, or nil.
  package func unfinishedJob(kind: JobRecord.Kind, subjectID: String) throws -> JobRecord? {
    try JobRecord.fetchOne(
      database, sql: "SELECT * FROM job WHERE kind = ? AND subjectID = ? AND state != 'FINISHED'",
      arguments: [kind.rawValue, subjectID])
  }

  /// How many jobs wait or run.
  package func unfinishedJobCount() throws -> Int {
    try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM job WHERE state != 'FINISHED'") ?? 0
  }
}

extension MetadataReading {
  /// The jobs that run without a lease, or with one that ended before `time`, of others than `owner`.
  package func jobsLeft(by time: Date, except owner: String) throws -> [JobRecord] {
    try JobRecord.fetchAll(
      database,
      sql: """
        SELECT * FROM job
        WHERE state = 'RUNNING' AND owner IS NOT ? AND (leaseEndsAt IS NULL OR leaseEndsAt < ?) ORDER BY id
        """, arguments: [owner, time.databaseMilliseconds])
  }

  /// The attempts at jobs that `owner` runs, by the jobs' ids.
  package func attempts(ownedBy owner: String) throws -> [Int64: Int] {
    let rows = try Row.fetchAll(
      database, sql: "SELECT id, attempt FROM job WHERE state = 'RUNNING' AND owner = ?", arguments: [owner])
    return Dictionary(rows.map { ($0["id"], $0["attempt"]) }) { first, _ in first }
  }
}

extension WriteTransaction {
  /// Lets the leases of all jobs that `owner` runs end at `time`.
  package func renewLeases(ofJobsOwnedBy owner: String, until time: Date) throws {
    try database.execute(
      sql: "UPDATE job SET leaseEndsAt = ? WHERE state = 'RUNNING' AND owner = ?",
      arguments: [time.databaseMilliseconds, owner])
  }

  /// Adds a job. A subject has at most one that is not finished.
  package func insert(_ job: JobRecord) throws {
    try job.insert(database)
  }

  /// Writes all of the job. Throws `MetadataError.corrupted` when it is gone.
  package func update(_ job: JobRecord) throws {
    do { try job.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }

  /// Forgets finished jobs that were last touched before `time`.
  package func deleteFinishedJobs(before time: Date) throws {
    try database.execute(
      sql: "DELETE FROM job WHERE state = 'FINISHED' AND updatedAt < ?", arguments: [time.databaseMilliseconds])
  }
}
