package import Metadata

package import struct Foundation.Date

/// How one kind of job is done. The runner calls each function; none of them keeps state of its own.
///
/// A job is *computed* outside any transaction, into a place that belongs to its attempt, and then *completed* by one
/// transaction which makes what was computed count. A crash before that transaction leaves nothing that counts; a
/// second run therefore has the effect of one.
package protocol JobHandler: Sendable {
  /// The kind of jobs that this handler does.
  var kind: JobRecord.Kind { get }

  /// Marks the subject as running, in the transaction that starts the job.
  func begin(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws

  /// Computes. Failures of the subject are completions too; what is thrown is a matter of the server.
  ///
  /// The store is read here and not changed, but for what a second run finds again, such as a version that was given to
  /// files: everything else is the completion's to change.
  ///
  /// - Throws: `CancellationError` when the task was cancelled; anything else counts as a failure of the server.
  func compute(_ job: JobRecord) async throws -> JobCompletion

  /// Marks the subject as waiting again, in the transaction that puts the job back.
  func requeue(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws

  /// Removes what the attempt of a job has left that no longer counts, such as one that was cancelled.
  func discard(_ job: JobRecord) async

  /// Removes what no longer counts since the job was completed, such as what an earlier job of the subject has left.
  func cleanUp(_ job: JobRecord) async

  /// Marks the subject as failed for the server's own reasons, in the transaction that gives the job up.
  func abandon(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws
}

extension JobHandler {
  package func cleanUp(_ job: JobRecord) async {}
}

/// What makes a computed job count: run within the transaction that finishes the job.
package struct JobCompletion: Sendable {
  let apply: @Sendable (WriteTransaction, Date) throws -> Void

  package init(_ apply: @escaping @Sendable (WriteTransaction, Date) throws -> Void) {
    self.apply = apply
  }
}

/// What the runner did with a job.
package enum JobEvent: Sendable, Hashable {
  case started(subjectID: String, attempt: Int)
  case finished(subjectID: String, attempt: Int)
  /// It was stopped, or failed for the server's own reasons, and waits again.
  case requeued(subjectID: String, attempt: Int)
  case abandoned(subjectID: String, attempt: Int)
  /// It was cancelled, or another process has taken it over, before it came to an end.
  case outdated(subjectID: String, attempt: Int)
}
