package import Metadata

package import struct Foundation.Date

/// The work of one kind of job. The runner calls each function; a handler keeps no state.
///
/// A job goes through these steps. The transactions belong to the queue:
///
/// 1. `begin`, in the transaction that starts the job: the decision about the subject, and its status.
/// 2. `compute`, outside any transaction: the work, into a location of its attempt.
/// 3. The completion that `compute` returned, in the transaction that ends the job: it makes the work count.
/// 4. `cleanUp`, afterwards.
///
/// A crash before step 3 leaves nothing that counts, so a second attempt has the effect of one. `compute` does not
/// write the record of its subject. If it has to record something before it continues, such as the version of files
/// that it is about to deliver, a second attempt finds the record and does the same again.
///
/// A handler must have `compute` and `abandon`. The other functions do nothing by default.
package protocol JobHandler: Sendable {
  /// The kind of this handler's jobs.
  var kind: JobRecord.Kind { get }

  /// Marks the subject as running, in the transaction that starts the job.
  func begin(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws

  /// Marks a waiting subject as running although its job waits for its time. A subject that is running stays so.
  func showAsRunning(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws

  /// Computes. Failures of the subject are completions too; thrown errors are failures of the server.
  ///
  /// - Throws: `CancellationError` if the task was cancelled; anything else counts as a failure of the server.
  func compute(_ job: JobRecord) async throws -> JobCompletion

  /// Removes objects that no longer count since the job was completed, such as those of the subject's earlier jobs.
  func cleanUp(_ job: JobRecord) async

  /// Marks the subject as waiting again, in the transaction that requeues the job.
  func requeue(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws

  /// Removes output of an attempt that does not count, such as a cancelled one.
  func discard(_ job: JobRecord) async

  /// Marks the subject as failed because of the server, in the transaction that abandons the job.
  func abandon(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws
}

extension JobHandler {
  package func begin(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {}
  package func showAsRunning(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {}
  package func cleanUp(_ job: JobRecord) async {}
  package func requeue(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {}
  package func discard(_ job: JobRecord) async {}
}

/// The effect of a computed job, run within the transaction that finishes the job.
package struct JobCompletion: Sendable {
  /// The completion of a job that has nothing to do, or whose subject is gone.
  package static let nothing = JobCompletion { _, _ in }

  let apply: @Sendable (WriteTransaction, Date) throws -> Void
  /// The stable code of the failure that the subject ends with; nil where it does not fail.
  let failureCode: String?

  package init(
    failureCode: String? = nil, _ apply: @escaping @Sendable (WriteTransaction, Date) throws -> Void
  ) {
    self.failureCode = failureCode
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
  /// The job was cancelled before it ended.
  case outdated(subjectID: String, attempt: Int)
}
