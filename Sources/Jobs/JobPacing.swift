package import Metadata

package import struct Foundation.Date

/// The place of a waiting job in time, for a server that takes as long as the service that it stands for.
package enum JobPhase: Sendable, Hashable {
  /// The subject is shown as waiting.
  case waiting
  /// The subject is shown as running. The work itself is done when the job is due.
  case shownAsRunning
  /// The job may start.
  case due
}

/// Decides when jobs may start. It is asked each time, so a new decision holds for waiting jobs as well.
package protocol JobPacing: Sendable {
  /// Whether some jobs have to wait at all.
  var holdsJobs: Bool { get }

  func phase(of job: JobRecord, at now: Date) -> JobPhase
}
