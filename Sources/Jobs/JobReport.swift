package import Metadata

/// The end of an attempt at a job, for statistics.
package struct JobReport: Sendable, Hashable {
  package enum Outcome: String, Sendable, CaseIterable {
    /// The work was done, and counts.
    case succeeded
    /// The work was done, and its subject failed: a query that was refused, or a file that can't be read.
    case failed
    /// The server failed, or was stopped. The job waits again.
    case requeued
    /// The server failed too often.
    case abandoned
    /// The job was cancelled meanwhile.
    case outdated
  }

  package var kind: JobRecord.Kind
  package var outcome: Outcome
  /// The stable code of the failure; nil where there was none, or it has none.
  package var code: String?
  package var duration: Duration

  package init(kind: JobRecord.Kind, outcome: Outcome, code: String? = nil, duration: Duration) {
    (self.kind, self.outcome, self.code, self.duration) = (kind, outcome, code, duration)
  }
}
