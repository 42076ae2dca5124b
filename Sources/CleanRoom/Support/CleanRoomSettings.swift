/// The numbers that an operator may change.
package struct CleanRoomSettings: Sendable, Hashable {
  /// The fewest users that an audience may have. AMC documents 2,000.
  package var minimumAudienceSize = 2000
  /// `audienceCount` is rounded down to a multiple of this, so that two audiences cannot be told apart by one user.
  package var audienceCountRounding = 100
  /// How many queries run at the same time; the rest wait in the queue.
  package var maximumConcurrentJobs = 2
  /// How long a stopping server waits for running queries before it puts them back in the queue.
  package var drainLimit: Duration = .seconds(20)
  /// How many times the process may end while a job runs before the job is given up: it may be what ends it. Most
  /// processes end for other reasons, so that this is generous.
  package var maximumCrashes = 20
  /// How many times a job may fail for the server's own reasons before it is given up.
  package var maximumFailures = 3
  /// How long the queue waits before it asks the store again after an error.
  package var retryDelay: Duration = .seconds(1)

  package init() {}
}
