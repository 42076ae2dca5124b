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

extension WriteTransaction {
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
