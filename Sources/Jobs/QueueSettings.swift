/// The settings of the queue that an operator may change.
package struct QueueSettings: Sendable, Hashable {
  /// The number of jobs of all kinds that run at the same time, for which the machine has memory. The rest wait in the
  /// queue.
  package var maximumConcurrentJobs = 2
  /// The number of workflow executions of one instance that run at once. AMC documents 10.
  package var maximumExecutionsPerInstance = 10
  /// The number of workflow executions of all instances of one account that run at once. AMC documents 200.
  package var maximumExecutionsPerAccount = 200
  /// The number of audience queries of one instance that run at once; AMC documents none. They do not count as
  /// executions.
  package var maximumAudiencesPerInstance = 10
  /// The number of uploads of one instance that run at once; AMC documents none. With one, uploads to a data set take
  /// effect in the order of their requests.
  package var maximumUploadsPerInstance = 1
  /// The time from which on a running job takes long, and may have to give way to others.
  package var longJobTime: Duration = .seconds(600)
  /// The time after its turn for which a refresh goes before the other jobs of its instance.
  package var nearTurnTime: Duration = .seconds(3600)
  /// The time between two checks for jobs of other processes, such as `adyton admin`.
  package var checkInterval: Duration = .seconds(10)
  /// The time that a stopping server waits for running queries before it requeues them.
  package var drainLimit: Duration = .seconds(20)
  /// The number of times that the process may end while a job runs before the job is abandoned: the job may be the
  /// cause. Most processes end for other reasons, so the number is large.
  package var maximumCrashes = 20
  /// The number of times that a job may fail because of the server before it is abandoned.
  package var maximumFailures = 3
  /// The number of times that a job may end the engine's worker before it is abandoned: by then the job is the cause.
  package static let maximumWorkerEnds = 2
  /// The attempts after which a run that the machine fails, such as a query that can't write its result, is FAILED with
  /// that reason.
  package static let maximumTransientAttempts = 10
  /// The time that the queue waits before it asks the store again after an error.
  package var retryDelay: Duration = .seconds(1)
  /// The number of times in a row that a job may fail because of the machine, such as a full disk, before that counts
  /// as a failure of the job: it may be what fills the disk. The waits in between come to some five minutes.
  package var maximumTransientFailures = 10
  /// The longest time for which the queue rests after failures of the machine. It begins with `retryDelay`, and doubles
  /// with each failure in a row.
  package var longestRest: Duration = .seconds(60)

  package init() {}
}
