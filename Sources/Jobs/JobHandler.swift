package import Metadata

package import struct Foundation.Date

/// Does the jobs of one kind. The runner calls each function; a handler keeps no state of its own.
///
/// A job goes through these steps, of which the transactions belong to the queue:
///
/// 1. `begin`, in the transaction that starts the job: the decision about the subject, and its status.
/// 2. `compute`, outside any transaction: the work, into a place that belongs to the attempt.
/// 3. The completion that `compute` returned, in the transaction that ends the job: it makes the work count.
/// 4. `cleanUp`, afterwards.
///
/// A crash before step 3 leaves nothing that counts, so that a second attempt has the effect of one. `compute` writes no
/// record of its subject. Where it has to note something before it goes on, as the version of files that it is about to
/// deliver, a second attempt finds the note and does the same again.
///
/// Of all hooks a handler has to have `compute` and `abandon`; the others do nothing unless it says otherwise.
package protocol JobHandler: Sendable {
  /// The kind of jobs that this handler does.
  var kind: JobRecord.Kind { get }

  /// Marks the subject as running, in the transaction that starts the job.
  func begin(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws

  /// Computes. Failures of the subject are completions too; what is thrown is a matter of the server.
  ///
  /// - Throws: `CancellationError` when the task was cancelled; anything else counts as a failure of the server.
  func compute(_ job: JobRecord) async throws -> JobCompletion

  /// Removes what no longer counts since the job was completed, such as what an earlier job of the subject has left.
  func cleanUp(_ job: JobRecord) async

  /// Marks the subject as waiting again, in the transaction that puts the job back.
  func requeue(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws

  /// Removes what an attempt has left that no longer counts, such as one that was cancelled.
  func discard(_ job: JobRecord) async

  /// Marks the subject as failed for the server's own reasons, in the transaction that gives the job up.
  func abandon(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws
}

extension JobHandler {
  package func begin(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {}
  package func cleanUp(_ job: JobRecord) async {}
  package func requeue(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {}
  package func discard(_ job: JobRecord) async {}
}

/// The change that makes a computed job count: run within the transaction that finishes the job.
package struct JobCompletion: Sendable {
  /// For a job that has nothing to do, or whose subject is gone.
  package static let nothing = JobCompletion { _, _ in }

  let apply: @Sendable (WriteTransaction, Date) throws -> Void

  package init(_ apply: @escaping @Sendable (WriteTransaction, Date) throws -> Void) {
    self.apply = apply
  }
}

/// A step of a job, as the runner tells it.
package enum JobEvent: Sendable, Hashable {
  case started(subjectID: String, attempt: Int)
  case finished(subjectID: String, attempt: Int)
  /// It was stopped, or failed for the server's own reasons, and waits again.
  case requeued(subjectID: String, attempt: Int)
  case abandoned(subjectID: String, attempt: Int)
  /// It was cancelled before it came to an end.
  case outdated(subjectID: String, attempt: Int)
}
