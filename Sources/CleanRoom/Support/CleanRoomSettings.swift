/// The numbers that an operator may change.
package struct CleanRoomSettings: Sendable, Hashable {
  /// The fewest users that an audience may have. AMC documents 2,000.
  package var minimumAudienceSize = 2000
  /// `audienceCount` is rounded down to a multiple of this, so that two audiences cannot be told apart by one user.
  package var audienceCountRounding = 100
  /// How many queries of all kinds run at the same time: what the machine has memory for. The rest wait in the queue.
  package var maximumConcurrentJobs = 2
  /// How many workflow executions of one instance run at once. AMC documents 10.
  package var maximumExecutionsPerInstance = 10
  /// How many workflow executions of all instances of one account run at once. AMC documents 200.
  package var maximumExecutionsPerAccount = 200
  /// How many audience queries of one instance run at once; AMC documents no number. They do not count as executions.
  package var maximumAudiencesPerInstance = 10
  /// How many uploads of one instance run at once; AMC documents no number. With one, uploads of a data set come into it in
  /// the order in which they were asked for.
  package var maximumUploadsPerInstance = 1
  /// The most bytes of all files of one upload, as they are in the bucket: what waits on the local disk while it is looked
  /// at. AMC advises files of at most 1 GB.
  package var maximumUploadBytes = 20 << 30
  /// The most files of one upload; AMC documents no number.
  package var maximumUploadFiles = 1_000
  /// How often schedules are looked at.
  package var scheduleCheckInterval: Duration = .seconds(15)
  /// How often it is looked whether audiences are due.
  package var refreshCheckInterval: Duration = .seconds(15)
  /// How many refreshes of one instance wait or run at once; AMC documents no number. Who asks for a new audience waits for
  /// no more than these.
  package var maximumRefreshesPerInstance = 10
  /// How long a job is a server's own without word from it. A server that ended without a clean stop keeps its jobs from
  /// others for as long.
  package var jobLease: Duration = .seconds(60)
  /// How often a server renews the leases of the jobs that it runs, and looks for jobs that others have left.
  package var jobLeaseRenewal: Duration = .seconds(10)
  /// How long a stopping server waits for running queries before it puts them back in the queue.
  package var drainLimit: Duration = .seconds(20)
  /// How many times the process may end while a job runs before the job is given up: it may be what ends it. Most
  /// processes end for other reasons, so that this is generous.
  package var maximumCrashes = 20
  /// How many times a job may fail for the server's own reasons before it is given up.
  package var maximumFailures = 3
  /// How long the queue waits before it asks the store again after an error.
  package var retryDelay: Duration = .seconds(1)

  /// How often the same signals may be asked.
  package var disclosureBudget = DisclosureBudget()

  /// How many users the seed of a lookalike audience may have. AMC documents 500 to 500,000.
  package var lookalikeSeedSizes = 500...500_000
  /// What the documented sizes of lookalike audiences are multiplied by; nil for what fits the users of the instance.
  package var lookalikeScale: Double?

  package init() {}
}
