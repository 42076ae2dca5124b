package import Metadata
import Synchronization

/// The tasks of the jobs that run in this process, for stopping them.
package final class RunningJobs: Sendable {
  private struct Key: Hashable {
    let kind: JobRecord.Kind
    let subjectID: String
  }

  private struct Run {
    let job: JobRecord
    let task: Task<JobCompletion, any Error>
  }

  /// A job from its start until its end, including the removal of its remains.
  private struct Presence {
    let job: JobRecord
    /// Whether it was stopped to give way to others.
    var givesWay = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let runs = Mutex<[Key: Run]>([:])
  private let present = Mutex<[Int64: Presence]>([:])

  package init() {}

  /// Computes in a separate task, which ends early if the job is stopped or the caller is cancelled.
  func run(_ job: JobRecord, _ compute: @escaping @Sendable () async throws -> JobCompletion) async throws
    -> JobCompletion
  {
    let key = Key(kind: job.kind, subjectID: job.subjectID)
    // The task is registered before it begins. A later stop finds it; an earlier stop is recorded in the store, where
    // the handler looks first.
    let task = runs.withLock { runs in
      let task = Task { try await compute() }
      runs[key] = Run(job: job, task: task)
      return task
    }
    defer {
      runs.withLock { runs in
        if runs[key]?.task == task { runs[key] = nil }
      }
    }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }

  /// Stops the job of the subject, if it runs here.
  func stop(kind: JobRecord.Kind, subjectID: String) {
    runs.withLock { $0[Key(kind: kind, subjectID: subjectID)] }?.task.cancel()
  }

  /// Notes that a job has begun, so that others can wait for its end.
  func begin(_ job: JobRecord) {
    present.withLock { $0[job.id ?? 0] = Presence(job: job) }
  }

  /// Notes that all the work for a job is over.
  func end(_ job: JobRecord) {
    let waiters = present.withLock { $0.removeValue(forKey: job.id ?? 0)?.waiters ?? [] }
    for waiter in waiters { waiter.resume() }
  }

  /// The ids of all jobs that have begun and are not over.
  var presentIDs: Set<Int64> { present.withLock { Set($0.keys) } }

  /// The jobs that have begun and are not over.
  var presentJobs: [JobRecord] { present.withLock { $0.values.map(\.job) } }

  /// Whether one of the jobs is being stopped to give way to others.
  var isMakingWay: Bool { present.withLock { $0.values.contains(where: \.givesWay) } }

  /// Whether the job is being stopped to give way to others.
  func givesWay(_ job: JobRecord) -> Bool { present.withLock { $0[job.id ?? 0]?.givesWay ?? false } }

  /// Stops a job, so that another one can have its place.
  func letGiveWay(_ job: JobRecord) {
    let isThere = present.withLock { present in
      guard let id = job.id, present[id] != nil else { return false }
      present[id]?.givesWay = true
      return true
    }
    if isThere { stop(kind: job.kind, subjectID: job.subjectID) }
  }

  /// Stops the selected jobs of this process, and returns when they have ended with all their effects. The store must
  /// record first that they no longer count.
  package func stopAll(where isMeant: @Sendable (JobRecord) -> Bool) async {
    let jobs = present.withLock { $0.values.map(\.job).filter(isMeant) }
    for job in jobs {
      stop(kind: job.kind, subjectID: job.subjectID)
      await waitForEnd(of: job)
    }
  }

  private func waitForEnd(of job: JobRecord) async {
    await withCheckedContinuation { continuation in
      let isThere = present.withLock { present in
        guard let id = job.id, present[id] != nil else { return false }
        present[id]?.waiters.append(continuation)
        return true
      }
      if !isThere { continuation.resume() }
    }
  }
}
