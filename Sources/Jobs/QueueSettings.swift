/// The numbers of the queue that an operator may change.
package struct QueueSettings: Sendable, Hashable {
  /// How many jobs of all kinds run at the same time: what the machine has memory for. The rest wait in the queue.
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
  /// How often it is looked for jobs that other processes have left, such as `adyton admin`.
  package var checkInterval: Duration = .seconds(10)
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
