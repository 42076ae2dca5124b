package import Metadata

package import struct Foundation.Date

/// The work of one kind of job. The runner calls each function; none of them keeps state.
///
/// A job is *computed* outside any transaction, into a location of its attempt. Then one transaction *completes* it,
/// which makes the computed result count. A crash before that transaction leaves nothing that counts, so a second run
/// has the effect of one.
package protocol JobHandler: Sendable {
  /// The kind of this handler's jobs.
  var kind: JobRecord.Kind { get }

  /// Marks the subject as running, in the transaction that starts the job.
  func begin(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws

  /// Computes. Failures of the subject are completions too; thrown errors are failures of the server.
  ///
  /// - Throws: `CancellationError` if the task was cancelled; anything else counts as a failure of the server.
  func compute(_ job: JobRecord) async throws -> JobCompletion

  /// Marks the subject as waiting again, in the transaction that requeues the job.
  func requeue(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws

  /// Removes output of an attempt that does not count, such as a cancelled one.
  func discard(_ job: JobRecord) async

  /// Removes objects that no longer count since the job was completed, such as those of the subject's earlier jobs.
  func cleanUp(_ job: JobRecord) async

  /// Marks the subject as failed because of the server, in the transaction that abandons the job.
  func abandon(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws
}

extension JobHandler {
  package func cleanUp(_ job: JobRecord) async {}
}

/// The effect of a computed job, run within the transaction that finishes the job.
package struct JobCompletion: Sendable {
  let apply: @Sendable (WriteTransaction, Date) throws -> Void

  package init(_ apply: @escaping @Sendable (WriteTransaction, Date) throws -> Void) {
    self.apply = apply
  }
}

/// An action of the runner on a job.
package enum JobEvent: Sendable, Hashable {
  case started(subjectID: String, attempt: Int)
  case finished(subjectID: String, attempt: Int)
  /// The job was stopped, or failed because of the server, and waits again.
  case requeued(subjectID: String, attempt: Int)
  case abandoned(subjectID: String, attempt: Int)
  /// The job was cancelled, or another process has taken it over, before it ended.
  case outdated(subjectID: String, attempt: Int)
}
